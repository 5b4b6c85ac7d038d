-- question: Is an interval added to a date or time exact, and is the sum of a DATE and an interval a time?
-- assumed: it is; checks hide keys from the planner by adding no seconds, and reports compare times a week apart
--   (reports/level_changes/transform.sql).
-- otherwise: hide keys of dates in another way (_undeclared in model/data_tests.py).

CREATE TEMPORARY TABLE sparkify_temporary_probe (day DATE, start_time TIMESTAMP);
INSERT INTO sparkify_temporary_probe VALUES ('2018-11-05', '2018-11-05 00:33:12.796');

-- expect: 2018-11-05 00:00:00 | 2018-11-05 00:33:12.796 | 2018-10-29 00:33:12.796
SELECT day + INTERVAL '0 SECOND' AS a, start_time + INTERVAL '0 SECOND' AS b, start_time - INTERVAL '168 hours' AS c
FROM sparkify_temporary_probe;

-- expect: 1
SELECT COUNT(*) FROM sparkify_temporary_probe AS a INNER JOIN sparkify_temporary_probe AS b ON a.day + INTERVAL '0 SECOND' = b.day;
