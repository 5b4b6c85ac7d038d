-- question: Does CASE evaluate a CAST only for rows whose condition holds, in SELECT and in WHERE?
-- assumed: it does; COPY's numbers are texts that CASE tests before they are cast (copy_statement.py).
-- otherwise: no record with a bad number could be loaded: cast in a second statement, of the tested rows only.

CREATE TEMPORARY TABLE sparkify_temporary_probe (id INTEGER, number VARCHAR(64));
INSERT INTO sparkify_temporary_probe VALUES (1, '12'), (2, 'x'), (3, ''), (4, '-7'), (5, NULL), (6, '1e3');

-- expect: 1 | 12
-- expect: 2 | NULL
-- expect: 3 | NULL
-- expect: 4 | -7
-- expect: 5 | NULL
-- expect: 6 | NULL
SELECT id, CASE WHEN number ~ '^-?[0-9]{1,37}$' THEN CAST(CAST(number AS DECIMAL(38, 0)) AS BIGINT) END AS value
FROM sparkify_temporary_probe
ORDER BY id;

-- expect: 5
SELECT COUNT(*)
FROM sparkify_temporary_probe
WHERE CASE
    WHEN number IS NULL OR OCTET_LENGTH(number) = 0 THEN TRUE
    WHEN number ~ '^-?[0-9]{1,37}$' THEN NOT CAST(number AS DECIMAL(38, 0)) BETWEEN 0 AND 100
    ELSE TRUE
END;
