SELECT
    COALESCE(location, 'unknown') AS location,
    SUM(plays) AS plays,
    COUNT(DISTINCT user_id) AS users
FROM session_hours
GROUP BY COALESCE(location, 'unknown')
