-- question: Does INSERT … VALUES take several rows of bind parameters in CASTs, NULL among them?
-- assumed: it does; load_history and other rows of the platform are written so (insert_rows.py).
-- otherwise: write the values as literals in insert_rows.py.

CREATE TEMPORARY TABLE sparkify_temporary_probe (id BIGINT, name VARCHAR(16), day DATE, number DOUBLE PRECISION);

-- parameters: [9007199254740993, "a\\b'c", "2018-11-01", 1.5, 2, null, null, null]
-- expect: 2
INSERT INTO sparkify_temporary_probe (id, name, day, number)
VALUES
    (CAST(? AS BIGINT), CAST(? AS VARCHAR(16)), CAST(? AS DATE), CAST(? AS DOUBLE PRECISION)),
    (CAST(? AS BIGINT), CAST(? AS VARCHAR(16)), CAST(? AS DATE), CAST(? AS DOUBLE PRECISION));

-- expect: 2 | NULL | NULL | NULL
-- expect: 9007199254740993 | a\b'c | 2018-11-01 | 1.5
SELECT id, name, day, number FROM sparkify_temporary_probe ORDER BY id;
