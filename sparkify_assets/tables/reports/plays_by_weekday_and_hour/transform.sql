SELECT
    EXTRACT(DOW FROM day) AS weekday,
    hour,
    SUM(plays) AS plays
FROM session_hours
GROUP BY EXTRACT(DOW FROM day), hour
