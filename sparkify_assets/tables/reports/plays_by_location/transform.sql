SELECT
    COALESCE(NULLIF(RTRIM(location), ''), 'unknown') AS location,
    COUNT(*) AS plays,
    COUNT(DISTINCT user_id) AS users
FROM songplays
GROUP BY COALESCE(NULLIF(RTRIM(location), ''), 'unknown')
