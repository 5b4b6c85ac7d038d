SELECT
    DATEADD(DAY, 1, m) AS tomorrow,
    DATEDIFF(DAY, m, TIMESTAMP '2018-12-31 00:00:00') AS days_left,
    DATE_TRUNC('month', m) AS month
FROM t
