-- The plays of a user's hour in the order that users and user_levels read them (time, session, item); a row begins where the session,
-- the level, the place or the browser is another than at the play before, or where the item is not larger.
-- Every window is within a day, so that a day can be recomputed alone.  Blank texts are unknown, as null is.
WITH plays AS (
    SELECT
        CAST(start_time AS DATE) AS day,
        EXTRACT(HOUR FROM start_time) AS hour,
        user_id,
        session_id,
        item_in_session,
        start_time,
        COALESCE(RTRIM(level), '') AS level,
        COALESCE(RTRIM(location), '') AS location,
        COALESCE(RTRIM(user_agent), '') AS user_agent
    FROM songplays
),

compared AS (
    SELECT
        day,
        hour,
        user_id,
        session_id,
        item_in_session,
        start_time,
        level,
        location,
        user_agent,
        CASE
            WHEN
                session_id = LAG(session_id) OVER (PARTITION BY day, hour, user_id ORDER BY start_time, session_id, item_in_session)
                AND item_in_session
                > LAG(item_in_session) OVER (PARTITION BY day, hour, user_id ORDER BY start_time, session_id, item_in_session)
                AND level = LAG(level) OVER (PARTITION BY day, hour, user_id ORDER BY start_time, session_id, item_in_session)
                AND location = LAG(location) OVER (PARTITION BY day, hour, user_id ORDER BY start_time, session_id, item_in_session)
                AND user_agent = LAG(user_agent) OVER (PARTITION BY day, hour, user_id ORDER BY start_time, session_id, item_in_session)
                THEN 0
            ELSE 1
        END AS begins
    FROM plays
),

numbered AS (
    SELECT
        day,
        hour,
        user_id,
        session_id,
        item_in_session,
        start_time,
        level,
        location,
        user_agent,
        SUM(begins) OVER (
            PARTITION BY day, hour, user_id
            ORDER BY start_time, session_id, item_in_session
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS part
    FROM compared
)

SELECT
    day,
    hour,
    user_id,
    part,
    session_id,
    NULLIF(level, '') AS level,
    NULLIF(location, '') AS location,
    NULLIF(user_agent, '') AS user_agent,
    COUNT(*) AS plays,
    MIN(item_in_session) AS first_item,
    MAX(item_in_session) AS last_item,
    MIN(start_time) AS first_play,
    MAX(start_time) AS last_play
FROM numbered
GROUP BY day, hour, user_id, part, session_id, level, location, user_agent
