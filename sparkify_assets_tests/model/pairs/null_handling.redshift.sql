SELECT
    NVL(a, 0) AS known,
    s || 'x' AS joined,
    NVL2(a, 'some', 'none') AS word,
    CASE a WHEN 1 THEN 'one' END AS name
FROM t
