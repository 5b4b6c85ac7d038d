SELECT
    day,
    COALESCE(level, 'unknown') AS level,
    SUM(plays) AS plays,
    COUNT(DISTINCT user_id) AS users
FROM session_hours
GROUP BY day, COALESCE(level, 'unknown')
