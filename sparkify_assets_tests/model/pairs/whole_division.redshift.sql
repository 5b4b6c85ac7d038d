SELECT
    b / 1000 AS seconds,
    b / 4294967296 AS session_id,
    -a / 2 AS half,
    a / 2 / 2 AS quarter,
    x / 2 AS fraction,
    a / x AS mixed,
    SUM(a) OVER () / COUNT(*) OVER () AS mean
FROM t
