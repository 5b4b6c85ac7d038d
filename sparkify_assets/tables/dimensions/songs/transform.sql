-- One row a song: an unknown year, be it 0 or null, is older than any.
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
