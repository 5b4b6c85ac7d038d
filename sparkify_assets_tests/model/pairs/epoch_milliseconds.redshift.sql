SELECT TIMESTAMP 'epoch' + b * INTERVAL '0.001 second' AS start_time
FROM t
ORDER BY b
