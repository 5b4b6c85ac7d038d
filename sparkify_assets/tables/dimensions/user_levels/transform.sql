-- A user's plays in the order of users (time, session, item) → those whose level differs from the play before → of several within a
-- millisecond, the last → those whose level still differs from the one before; each lasts until the next.
-- A row of session_hours is consecutive plays at one level, so its first play is enough.
-- A blank level is unknown, as null is; unknown is a level of its own, since it is not inferred from other plays.
WITH plays AS (
    SELECT
        user_id,
        first_play AS start_time,
        session_id,
        first_item AS item_in_session,
        COALESCE(level, '') AS level_or_none,
        LAG(COALESCE(level, '')) OVER (PARTITION BY user_id ORDER BY first_play, session_id, first_item) AS previous
    FROM session_hours
),

moments AS (
    SELECT
        user_id,
        start_time,
        level_or_none
    FROM plays
    WHERE previous IS NULL OR previous <> level_or_none
    QUALIFY ROW_NUMBER() OVER (PARTITION BY user_id, start_time ORDER BY session_id DESC, item_in_session DESC) = 1
),

steps AS (
    SELECT
        user_id,
        start_time,
        level_or_none,
        LAG(level_or_none) OVER (PARTITION BY user_id ORDER BY start_time) AS previous
    FROM moments
)

SELECT
    user_id,
    start_time AS valid_from,
    LEAD(start_time) OVER (PARTITION BY user_id ORDER BY start_time) AS valid_to,
    NULLIF(level_or_none, '') AS level
FROM steps
WHERE previous IS NULL OR previous <> level_or_none
