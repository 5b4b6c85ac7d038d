-- question: Does SELECT take bind parameters in subqueries of its FROM and in each part of a UNION ALL?
-- assumed: it does; each check of chosen partitions is counted so (warehouse/queries.py).
-- otherwise: write the partition keys as literals in model/data_tests.py.

CREATE TEMPORARY TABLE sparkify_temporary_probe (day DATE, name VARCHAR(8));
INSERT INTO sparkify_temporary_probe VALUES ('2018-11-01', 'a'), ('2018-11-02', 'b'), ('2018-11-03', 'c');

-- parameters: ["2018-11-01", "2018-11-03", "2018-11-02"]
-- expect: 0 | 2
-- expect: 1 | 1
SELECT 0 AS test, COUNT(*)
FROM (
    SELECT name FROM (SELECT * FROM sparkify_temporary_probe WHERE day IN (CAST(? AS DATE), CAST(? AS DATE))) AS chosen WHERE name <> 'b'
) AS breaking
UNION ALL
SELECT 1 AS test, COUNT(*)
FROM (
    SELECT p.name
    FROM sparkify_temporary_probe AS p
    INNER JOIN (SELECT DISTINCT name FROM sparkify_temporary_probe WHERE day IN (CAST(? AS DATE))) AS asked ON p.name = asked.name
) AS breaking
ORDER BY 1;
