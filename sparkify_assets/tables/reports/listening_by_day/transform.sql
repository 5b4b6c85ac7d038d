SELECT
    day,
    COUNT(DISTINCT user_id) AS listeners,
    SUM(plays) AS plays,
    CAST(SUM(listened_ms) AS DOUBLE PRECISION) / 60000 AS minutes,
    CAST(SUM(listened_ms) AS DOUBLE PRECISION) / 60000 / COUNT(DISTINCT user_id) AS minutes_per_listener,
    SUM(plays_of_known_length) AS plays_of_known_length,
    SUM(plays_under_30_seconds) AS plays_under_30_seconds,
    SUM(plays_to_the_end) AS plays_to_the_end,
    CAST(SUM(plays_under_30_seconds) AS DOUBLE PRECISION) / NULLIF(SUM(plays_of_known_length), 0) AS share_under_30_seconds,
    CAST(SUM(plays_to_the_end) AS DOUBLE PRECISION) / NULLIF(SUM(plays_of_known_length), 0) AS share_to_the_end
FROM session_days
WHERE plays > 0
GROUP BY day
