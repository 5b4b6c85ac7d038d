-- One row per song: the record with the latest year; an unknown year (0 or null) sorts before any other.
-- The rest of the order makes the choice the same on every engine (Redshift compares texts without trailing blanks) and at every reload.
SELECT
    RTRIM(song_id) AS song_id,
    title,
    RTRIM(artist_id) AS artist_id,
    year,
    duration,
    song_prefix
FROM staging_songs
QUALIFY ROW_NUMBER() OVER (
    PARTITION BY RTRIM(song_id)
    ORDER BY COALESCE(year, 0) DESC, year, duration, RTRIM(title), RTRIM(artist_id), song_prefix, OCTET_LENGTH(title)
) = 1
