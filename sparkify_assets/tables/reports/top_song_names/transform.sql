SELECT
    RTRIM(song) AS song,
    RTRIM(artist) AS artist,
    COUNT(*) AS plays
FROM songplays
WHERE song IS NOT NULL AND artist IS NOT NULL
GROUP BY RTRIM(song), RTRIM(artist)
ORDER BY plays DESC, song, artist
LIMIT 20
