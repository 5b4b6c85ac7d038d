-- The events of a user's session in the order of time and item, which is total, since page_views has one row a key → of each play how long
-- it was heard, in whole milliseconds, so that sums are exact in any order → one row a day.  The last event of a day is the one that no
-- other, or one of a later day, follows.
WITH in_order AS (
    SELECT
        user_id,
        session_id,
        CAST(event_time AS DATE) AS day,
        event_time,
        level,
        CASE WHEN RTRIM(page) = 'NextSong' THEN 1 ELSE 0 END AS is_play,
        length,
        LEAD(event_time) OVER (PARTITION BY user_id, session_id ORDER BY event_time, item_in_session) AS next_event
    FROM page_views
    WHERE user_id IS NOT NULL
),

measured AS (
    SELECT
        user_id,
        session_id,
        day,
        event_time,
        level,
        is_play,
        CASE WHEN is_play = 1 AND length >= 0 THEN CAST(ROUND(LEAST(length, 86400) * 1000) AS BIGINT) END AS length_ms,
        DATEDIFF(MILLISECOND, event_time, next_event) AS ms_to_next,
        CASE WHEN CAST(next_event AS DATE) = day THEN 0 ELSE 1 END AS is_last
    FROM in_order
)

SELECT
    user_id,
    session_id,
    day,
    COUNT(*) AS events,
    SUM(is_play) AS plays,
    COALESCE(SUM(CASE WHEN ms_to_next < length_ms THEN ms_to_next ELSE length_ms END), 0) AS listened_ms,
    SUM(CASE WHEN length_ms < 30000 OR (ms_to_next < 30000 AND length_ms IS NOT NULL) THEN 1 ELSE 0 END) AS plays_under_30_seconds,
    COUNT(CASE WHEN ms_to_next <= length_ms - 1000 THEN NULL ELSE length_ms END) AS plays_to_the_end,
    COUNT(length_ms) AS plays_of_known_length,
    MAX(event_time) AS last_event,
    MAX(CASE WHEN is_last = 1 THEN NULLIF(RTRIM(level), '') END) AS last_level
FROM measured
GROUP BY user_id, session_id, day
