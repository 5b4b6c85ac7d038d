SELECT
    artist,
    SUM(plays) AS plays
FROM song_days
WHERE artist IS NOT NULL
GROUP BY artist
ORDER BY plays DESC, artist
LIMIT 20
