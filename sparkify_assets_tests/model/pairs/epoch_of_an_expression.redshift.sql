SELECT TIMESTAMP 'epoch' + (b / 10) * INTERVAL '0.001 second' AS start_time FROM t
