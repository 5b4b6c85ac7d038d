-- A session belongs to one user and ends where the app restarts its item numbers: later plays of the same session_id are another session.
SELECT
    CAST(began AS DATE) AS day,
    COUNT(*) AS sessions,
    SUM(plays) AS plays,
    CAST(SUM(plays) AS DOUBLE PRECISION) / COUNT(*) AS plays_per_session,
    CAST(SUM(DATEDIFF(MILLISECOND, began, ended)) AS DOUBLE PRECISION) / 60000 / COUNT(*) AS minutes_per_session,
    CAST(MAX(DATEDIFF(MILLISECOND, began, ended)) AS DOUBLE PRECISION) / 60000 AS longest_minutes
FROM (
    SELECT
        user_id,
        session_id,
        restarts,
        SUM(plays) AS plays,
        MIN(first_play) AS began,
        MAX(last_play) AS ended
    FROM (
        SELECT
            user_id,
            session_id,
            plays,
            first_play,
            last_play,
            SUM(restarted) OVER (
                PARTITION BY user_id, session_id
                ORDER BY first_play, first_item
                ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
            ) AS restarts
        FROM (
            SELECT
                user_id,
                session_id,
                plays,
                first_play,
                last_play,
                first_item,
                CASE
                    WHEN
                        first_item <= LAG(last_item) OVER (PARTITION BY user_id, session_id ORDER BY first_play, first_item)
                        THEN 1
                    ELSE 0
                END AS restarted
            FROM session_hours
        ) AS in_order
    ) AS numbered
    GROUP BY user_id, session_id, restarts
) AS s
GROUP BY CAST(began AS DATE)
