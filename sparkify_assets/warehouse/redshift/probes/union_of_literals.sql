-- question: Does a UNION ALL of SELECTs with literals of no declared type work, also in a subquery that is grouped?
-- assumed: it does, the literals being texts (row_counts_of in warehouse/queries.py).
-- otherwise: cast the literals to VARCHAR.

CREATE TEMPORARY TABLE sparkify_temporary_probe (id INTEGER);
INSERT INTO sparkify_temporary_probe VALUES (1), (2);

-- expect: first | 2
-- expect: second table | 1
SELECT 'first' AS name, COUNT(*) AS counted FROM sparkify_temporary_probe
UNION ALL
SELECT 'second table' AS name, COUNT(*) AS counted FROM sparkify_temporary_probe WHERE id = 1
ORDER BY 1;

-- expect: x | 3
SELECT what, COUNT(*) AS counted
FROM (
    SELECT 'x' AS what, id FROM sparkify_temporary_probe
    UNION ALL
    SELECT 'x' AS what, id FROM sparkify_temporary_probe WHERE id = 2
) AS together
GROUP BY what;
