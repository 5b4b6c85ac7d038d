-- question: Does a week begin on Monday where a DATE is cut to it, are days counted and added exactly, and is a null none of LEAST's values?
-- assumed: all of it (reports/active_users, reports/retention_by_cohort, reports/users_at_risk).
-- otherwise: count weeks from a Monday; ask with COALESCE for the least.

CREATE TEMPORARY TABLE sparkify_temporary_probe (day DATE, next_day DATE);
INSERT INTO sparkify_temporary_probe VALUES ('2018-12-30', '2018-12-31'), ('2018-12-31', NULL), ('2019-01-06', '2019-02-10');

-- expect: 2018-12-24 | 0 | 2018-12-31
-- expect: 2018-12-31 | 1 | 2019-01-28
-- expect: 2018-12-31 | 7 | 2019-02-03
SELECT
    CAST(DATE_TRUNC('week', day) AS DATE) AS week,
    DATEDIFF(DAY, DATE '2018-12-30', day) AS days,
    LEAST(CAST(DATEADD(DAY, 28, day) AS DATE), next_day) AS first_of_both
FROM sparkify_temporary_probe
ORDER BY day;
