SELECT
    p.artist_id,
    a.name,
    p.plays
FROM (SELECT artist_id, SUM(plays) AS plays FROM song_days WHERE artist_id IS NOT NULL GROUP BY artist_id) AS p
INNER JOIN artists AS a ON p.artist_id = a.artist_id
ORDER BY p.plays DESC, p.artist_id
LIMIT 20
