SELECT
    RTRIM(artist) AS artist,
    COUNT(*) AS plays
FROM songplays
WHERE RTRIM(artist) <> ''
GROUP BY RTRIM(artist)
ORDER BY plays DESC, artist
LIMIT 20
