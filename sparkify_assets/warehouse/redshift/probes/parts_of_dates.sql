-- question: Are the parts of dates numbers: the week that of ISO 8601, Sunday 0, and DATEDIFF in milliseconds exact?
-- assumed: they are (dimensions/time/transform.sql, reports/sessions_by_day/transform.sql).
-- otherwise: compute the part that differs in another way.

CREATE TEMPORARY TABLE sparkify_temporary_probe (start_time TIMESTAMP);
INSERT INTO sparkify_temporary_probe VALUES ('2018-11-04 00:00:00'), ('2018-12-31 23:59:59.999');

-- expect: 0 | 4 | 44 | 11 | 2018 | 0
-- expect: 23 | 31 | 1 | 12 | 2018 | 1
SELECT
    EXTRACT(HOUR FROM start_time) AS hour, EXTRACT(DAY FROM start_time) AS day, EXTRACT(WEEK FROM start_time) AS week,
    EXTRACT(MONTH FROM start_time) AS month, EXTRACT(YEAR FROM start_time) AS year, EXTRACT(DOW FROM start_time) AS weekday
FROM sparkify_temporary_probe
ORDER BY start_time;

-- expect: 5011199999
SELECT DATEDIFF(MILLISECOND, MIN(start_time), MAX(start_time)) FROM sparkify_temporary_probe;
