-- The attributes come from the user's latest play.  Within a millisecond, the later item of the later session wins; what is known goes
-- before null, and the rest of the order makes the choice the same on every engine (Redshift compares texts without trailing blanks) and at
-- every reload.
SELECT
    user_id,
    first_name,
    last_name,
    gender,
    level,
    log_date
FROM staging_events
WHERE RTRIM(page) = 'NextSong' AND user_id IS NOT NULL
QUALIFY ROW_NUMBER() OVER (
    PARTITION BY user_id
    ORDER BY
        ts DESC, session_id DESC, item_in_session DESC, log_date DESC,
        RTRIM(level) DESC NULLS LAST, RTRIM(first_name) DESC NULLS LAST, RTRIM(last_name) DESC NULLS LAST, RTRIM(gender) DESC NULLS LAST,
        OCTET_LENGTH(level) DESC, OCTET_LENGTH(first_name) DESC, OCTET_LENGTH(last_name) DESC, OCTET_LENGTH(gender) DESC
) = 1
