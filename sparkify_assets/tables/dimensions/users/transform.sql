-- The attributes come from the user's latest play.  Within a millisecond, the later item of the later session wins;
-- the rest of the order only makes the choice the same on every engine and at every reload.
SELECT
    user_id,
    first_name,
    last_name,
    gender,
    level,
    log_date
FROM staging_events
WHERE page = 'NextSong' AND user_id IS NOT NULL
QUALIFY ROW_NUMBER() OVER (
    PARTITION BY user_id
    ORDER BY ts DESC, session_id DESC, item_in_session DESC, log_date DESC, level DESC, first_name DESC, last_name DESC, gender DESC
) = 1
