-- One row per page view NextSong with a user: page_views has each event once, however often it was delivered.
-- A play has the song that is nearest in duration, then of the smallest song_id; for a song delivered under several names, the name that
-- the app sent.
-- Names on both sides match as repaired and composed by text_repairs; names that are equal as delivered remain equal.
-- A blank name is unknown, as null is, and matches none: the catalogue's blank names become null here.
-- The catalogue is repaired in a subquery, not in a WITH, since a refresh follows the tables in FROM and JOIN.
-- RTRIM: Redshift ignores trailing blanks when it compares VARCHARs, DuckDB does not.
SELECT
    e.page_view_id AS songplay_id,
    e.event_time AS start_time,
    e.user_id,
    e.level,
    s.song_id,
    s.artist_id,
    e.session_id,
    e.location,
    e.user_agent,
    CASE WHEN er.kind = 'repaired' THEN er.repaired_text ELSE e.song END AS song,
    CASE WHEN ea.kind = 'repaired' THEN ea.repaired_text ELSE e.artist END AS artist,
    CASE
        WHEN 'repaired' IN (er.kind, ea.kind) THEN 'repaired'
        WHEN 'broken' IN (er.kind, ea.kind) THEN 'broken'
        ELSE 'delivered'
    END AS name_quality,
    CASE
        WHEN s.song_id IS NULL THEN NULL
        WHEN RTRIM(e.song) = s.title AND RTRIM(e.artist) = s.artist THEN 'delivered names'
        WHEN 'repaired' IN (er.kind, ea.kind, s.title_kind, s.artist_kind) THEN 'repaired names'
        ELSE 'normalized names'
    END AS match_method,
    e.item_in_session,
    e.log_date
FROM page_views AS e
LEFT JOIN text_repairs AS er ON RTRIM(e.song) = er.original_text
LEFT JOIN text_repairs AS ea ON RTRIM(e.artist) = ea.original_text
LEFT JOIN ( -- noqa: ST05
    SELECT
        RTRIM(c.song_id) AS song_id,
        RTRIM(c.artist_id) AS artist_id,
        c.duration,
        RTRIM(c.title) AS title,
        RTRIM(c.artist_name) AS artist,
        cr.kind AS title_kind,
        ca.kind AS artist_kind,
        NULLIF(COALESCE(cr.repaired_text, RTRIM(c.title)), '') AS whole_title,
        NULLIF(COALESCE(ca.repaired_text, RTRIM(c.artist_name)), '') AS whole_artist
    FROM staging_songs AS c
    LEFT JOIN text_repairs AS cr ON RTRIM(c.title) = cr.original_text
    LEFT JOIN text_repairs AS ca ON RTRIM(c.artist_name) = ca.original_text
) AS s
    ON COALESCE(er.repaired_text, RTRIM(e.song)) = s.whole_title AND COALESCE(ea.repaired_text, RTRIM(e.artist)) = s.whole_artist
WHERE RTRIM(e.page) = 'NextSong' AND e.user_id IS NOT NULL
QUALIFY ROW_NUMBER() OVER (
    PARTITION BY e.user_id, e.session_id, e.item_in_session, e.event_time
    ORDER BY
        COALESCE(ABS(e.length - s.duration), 1000000000), s.song_id, s.artist_id,
        CASE WHEN RTRIM(e.song) = s.title AND RTRIM(e.artist) = s.artist THEN 0 ELSE 1 END,
        CASE WHEN 'repaired' IN (er.kind, ea.kind, s.title_kind, s.artist_kind) THEN 1 ELSE 0 END
) = 1
