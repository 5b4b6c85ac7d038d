SELECT
    p.song_id,
    s.title,
    a.name AS artist,
    p.plays
FROM (SELECT song_id, SUM(plays) AS plays FROM song_days WHERE song_id IS NOT NULL GROUP BY song_id) AS p
INNER JOIN songs AS s ON p.song_id = s.song_id
INNER JOIN artists AS a ON s.artist_id = a.artist_id
ORDER BY p.plays DESC, p.song_id
LIMIT 20
