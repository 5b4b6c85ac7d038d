-- The plays of a user's hour in the order that users and user_levels read them (time, session, item); a row begins where the session,
-- the level, the place or the browser is another than at the play before, or where the item is not larger.
-- Only plays that begin a row are numbered: what a row says of its last play stands beside the play that begins the next row.
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
        ROW_NUMBER() OVER (PARTITION BY day, hour, user_id ORDER BY start_time, session_id, item_in_session) AS play,
        LAG(item_in_session) OVER (PARTITION BY day, hour, user_id ORDER BY start_time, session_id, item_in_session) AS item_before,
        LAG(start_time) OVER (PARTITION BY day, hour, user_id ORDER BY start_time, session_id, item_in_session) AS play_before,
        COUNT(*) OVER (
            PARTITION BY day, hour, user_id
            ORDER BY start_time, session_id, item_in_session
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ) AS plays_of_hour,
        LAST_VALUE(item_in_session) OVER (
            PARTITION BY day, hour, user_id
            ORDER BY start_time, session_id, item_in_session
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ) AS last_item_of_hour,
        LAST_VALUE(start_time) OVER (
            PARTITION BY day, hour, user_id
            ORDER BY start_time, session_id, item_in_session
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ) AS last_play_of_hour,
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
)

SELECT
    day,
    hour,
    user_id,
    ROW_NUMBER() OVER (PARTITION BY day, hour, user_id ORDER BY play) AS part,
    session_id,
    NULLIF(level, '') AS level,
    NULLIF(location, '') AS location,
    NULLIF(user_agent, '') AS user_agent,
    COALESCE(LEAD(play) OVER (PARTITION BY day, hour, user_id ORDER BY play), plays_of_hour + 1) - play AS plays,
    item_in_session AS first_item,
    COALESCE(LEAD(item_before) OVER (PARTITION BY day, hour, user_id ORDER BY play), last_item_of_hour) AS last_item,
    start_time AS first_play,
    COALESCE(LEAD(play_before) OVER (PARTITION BY day, hour, user_id ORDER BY play), last_play_of_hour) AS last_play
FROM compared
WHERE begins = 1
