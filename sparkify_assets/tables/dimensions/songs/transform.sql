-- One row per song: the record with the latest year; an unknown year (0 or null) sorts before any other.
-- The rest of the order makes the choice the same on every engine and at every reload.
SELECT
    song_id,
    title,
    artist_id,
    year,
    duration,
    song_prefix
FROM staging_songs
QUALIFY ROW_NUMBER() OVER (
    PARTITION BY song_id
    ORDER BY COALESCE(year, 0) DESC, year, duration, title, artist_id, song_prefix
) = 1
