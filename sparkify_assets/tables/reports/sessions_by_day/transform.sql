SELECT
    CAST(began AS DATE) AS day,
    COUNT(*) AS sessions,
    SUM(plays) AS plays,
    CAST(SUM(plays) AS DOUBLE PRECISION) / COUNT(*) AS plays_per_session,
    CAST(SUM(DATEDIFF(MILLISECOND, began, ended)) AS DOUBLE PRECISION) / 60000 / COUNT(*) AS minutes_per_session,
    CAST(MAX(DATEDIFF(MILLISECOND, began, ended)) AS DOUBLE PRECISION) / 60000 AS longest_minutes
FROM (
    SELECT
        session_id,
        COUNT(*) AS plays,
        MIN(start_time) AS began,
        MAX(start_time) AS ended
    FROM songplays
    GROUP BY session_id
) AS s
GROUP BY CAST(began AS DATE)
