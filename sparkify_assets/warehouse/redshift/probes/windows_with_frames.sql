-- question: Do the window functions and frames that the tables use give the standard's answers, and does QUALIFY choose by them?
-- assumed: they do (facts/session_hours/transform.sql, dimensions/users/transform.sql).
-- otherwise: write the transform that differs without the function.

CREATE TEMPORARY TABLE sparkify_temporary_probe (id INTEGER, name VARCHAR(8), plays INTEGER);
INSERT INTO sparkify_temporary_probe VALUES (1, 'a', 1), (2, 'a', NULL), (3, 'a', 5), (4, 'b', 7);

-- expect: 1 | NULL | NULL | 3 | 1
-- expect: 2 | 1 | 5 | 3 | 1
-- expect: 3 | NULL | NULL | 3 | 6
-- expect: 4 | NULL | NULL | 4 | 7
SELECT
    id,
    LAG(plays) OVER (PARTITION BY name ORDER BY id) AS before,
    LEAD(plays) OVER (PARTITION BY name ORDER BY id) AS after,
    LAST_VALUE(id) OVER (PARTITION BY name ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS last_id,
    SUM(plays) OVER (PARTITION BY name ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS so_far
FROM sparkify_temporary_probe
ORDER BY id;

-- expect: 3 | a
-- expect: 4 | b
SELECT p.id, p.name
FROM sparkify_temporary_probe AS p
WHERE p.id > 0
QUALIFY ROW_NUMBER() OVER (PARTITION BY p.name ORDER BY p.id DESC) = 1
ORDER BY p.id;
