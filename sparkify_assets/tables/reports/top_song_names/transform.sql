SELECT
    RTRIM(song) AS song,
    RTRIM(artist) AS artist,
    COUNT(*) AS plays
FROM songplays
WHERE RTRIM(song) <> '' AND RTRIM(artist) <> ''
GROUP BY RTRIM(song), RTRIM(artist)
ORDER BY plays DESC, song, artist
LIMIT 20
