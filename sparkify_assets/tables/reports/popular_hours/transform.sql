SELECT EXTRACT(HOUR FROM start_time) AS hour, COUNT(*) AS plays
FROM songplays
GROUP BY EXTRACT(HOUR FROM start_time)
ORDER BY plays DESC, hour
