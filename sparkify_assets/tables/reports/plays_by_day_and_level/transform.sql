SELECT
    CAST(start_time AS DATE) AS day,
    COALESCE(NULLIF(RTRIM(level), ''), 'unknown') AS level,
    COUNT(*) AS plays,
    COUNT(DISTINCT user_id) AS users
FROM songplays
GROUP BY CAST(start_time AS DATE), COALESCE(NULLIF(RTRIM(level), ''), 'unknown')
