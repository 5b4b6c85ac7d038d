-- One row each distinct event; the natural key is (user_id or none, session_id, item_in_session, ts): each process of the app numbers
-- sessions from the beginning, so two users may have the same session_id, and one user may have the same session_id twice.
-- Of an event delivered more than once, a play goes before another page, then the latest day's file before others, then what is known
-- before null; the rest of the order only makes the choice the same everywhere.
-- RTRIM: Redshift ignores trailing blanks when it compares VARCHARs, DuckDB does not; of texts that differ in nothing else the longer wins.
SELECT
    STRTOL(
        LEFT(
            MD5(
                COALESCE(CAST(user_id AS VARCHAR), '') || '|' || CAST(session_id AS VARCHAR) || '|' || CAST(item_in_session AS VARCHAR)
                || '|' || CAST(ts AS VARCHAR)
            ),
            15
        ),
        16
    ) AS page_view_id,
    TIMESTAMP 'epoch' + ts * INTERVAL '0.001 second' AS event_time,
    user_id,
    level,
    page,
    method,
    status,
    auth,
    session_id,
    item_in_session,
    location,
    user_agent,
    CASE
        WHEN registration BETWEEN 0 AND 4102444799999
            THEN TIMESTAMP 'epoch' + CAST(ROUND(registration) AS BIGINT) * INTERVAL '0.001 second'
    END AS registered_at,
    song,
    artist,
    length,
    log_date
FROM staging_events
QUALIFY ROW_NUMBER() OVER (
    PARTITION BY user_id, session_id, item_in_session, ts
    ORDER BY
        CASE WHEN RTRIM(page) = 'NextSong' THEN 0 ELSE 1 END, log_date DESC,
        RTRIM(level) DESC NULLS LAST, RTRIM(song) DESC NULLS LAST, RTRIM(artist) DESC NULLS LAST, length DESC NULLS LAST,
        RTRIM(location) DESC NULLS LAST, RTRIM(user_agent) DESC NULLS LAST, RTRIM(page) DESC, RTRIM(method) DESC NULLS LAST,
        status DESC NULLS LAST, RTRIM(auth) DESC NULLS LAST, registration DESC NULLS LAST,
        OCTET_LENGTH(level) DESC, OCTET_LENGTH(song) DESC, OCTET_LENGTH(artist) DESC, OCTET_LENGTH(location) DESC,
        OCTET_LENGTH(user_agent) DESC, OCTET_LENGTH(page) DESC, OCTET_LENGTH(method) DESC, OCTET_LENGTH(auth) DESC
) = 1
