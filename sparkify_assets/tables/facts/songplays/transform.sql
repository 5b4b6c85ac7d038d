-- One row each NextSong event with a user, its natural key being (session_id, item_in_session).
-- Delivered more than once: the latest day's file wins, then the latest event time; the rest of the order up to location only
-- makes the choice the same everywhere.  The same order then picks the song: nearest duration, smallest song_id.
-- RTRIM: Redshift compares VARCHARs without their trailing blanks, DuckDB with them.
SELECT
    CAST(e.session_id AS BIGINT) * 4294967296 + e.item_in_session AS songplay_id,
    TIMESTAMP 'epoch' + e.ts * INTERVAL '0.001 second' AS start_time,
    e.user_id,
    e.level,
    s.song_id,
    s.artist_id,
    e.session_id,
    e.location,
    e.user_agent,
    e.log_date
FROM staging_events AS e
LEFT JOIN staging_songs AS s
    ON RTRIM(e.song) = RTRIM(s.title) AND RTRIM(e.artist) = RTRIM(s.artist_name)
WHERE e.page = 'NextSong' AND e.user_id IS NOT NULL
QUALIFY ROW_NUMBER() OVER (
    PARTITION BY e.session_id, e.item_in_session
    ORDER BY
        e.log_date DESC, e.ts DESC, e.user_id DESC, e.level DESC, e.song DESC, e.artist DESC, e.length DESC,
        e.location DESC, e.user_agent DESC,
        COALESCE(ABS(e.length - s.duration), 1000000000), s.song_id, s.artist_id
) = 1
