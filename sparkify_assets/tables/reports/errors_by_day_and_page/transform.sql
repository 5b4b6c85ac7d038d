SELECT
    CAST(event_time AS DATE) AS day,
    COALESCE(NULLIF(RTRIM(page), ''), 'unknown') AS page,
    COUNT(*) AS errors,
    SUM(CASE WHEN status >= 500 THEN 1 ELSE 0 END) AS server_errors,
    COUNT(DISTINCT user_id) AS users
FROM page_views
WHERE status >= 400
GROUP BY CAST(event_time AS DATE), COALESCE(NULLIF(RTRIM(page), ''), 'unknown')
