SELECT hour, SUM(plays) AS plays
FROM session_hours
GROUP BY hour
ORDER BY plays DESC, hour
