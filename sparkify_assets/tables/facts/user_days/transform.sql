-- The sessions of a user's day together.  Of sessions whose last events share a millisecond the one of the greater session_id says the
-- level: the order of users.
SELECT
    user_id,
    day,
    SUM(events) AS events,
    SUM(plays) AS plays,
    COUNT(*) AS sessions,
    CAST(SUM(listened_ms) AS DOUBLE PRECISION) / 1000 AS listened_seconds,
    MAX(CASE WHEN from_the_last = 1 THEN last_level END) AS level
FROM (
    SELECT
        user_id,
        day,
        events,
        plays,
        listened_ms,
        last_level,
        ROW_NUMBER() OVER (PARTITION BY user_id, day ORDER BY last_event DESC, session_id DESC) AS from_the_last
    FROM session_days
) AS s
GROUP BY user_id, day
