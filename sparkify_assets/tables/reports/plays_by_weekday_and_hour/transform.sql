SELECT
    EXTRACT(DOW FROM start_time) AS weekday,
    EXTRACT(HOUR FROM start_time) AS hour,
    COUNT(*) AS plays
FROM songplays
GROUP BY EXTRACT(DOW FROM start_time), EXTRACT(HOUR FROM start_time)
