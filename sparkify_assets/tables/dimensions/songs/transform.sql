-- One row a song.  The order makes the choice the same on every engine and at every reload.
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
    ORDER BY year DESC, duration, title, artist_id, song_prefix
) = 1
