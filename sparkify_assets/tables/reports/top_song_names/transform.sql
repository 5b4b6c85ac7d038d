SELECT
    song,
    artist,
    SUM(plays) AS plays
FROM song_days
WHERE song IS NOT NULL AND artist IS NOT NULL
GROUP BY song, artist
ORDER BY plays DESC, song, artist
LIMIT 20
