-- question: Does a division of whole numbers cut the fraction off, towards zero?
-- assumed: it does (model/transpile.py).
-- otherwise: cast both sides where the tables divide whole numbers.

CREATE TEMPORARY TABLE sparkify_temporary_probe (a BIGINT, b BIGINT);
INSERT INTO sparkify_temporary_probe VALUES (7, 2), (-7, 2);

-- expect: -7 | -3 | -3.5
-- expect: 7 | 3 | 3.5
SELECT a, a / b AS cut, CAST(a AS DOUBLE PRECISION) / b AS whole FROM sparkify_temporary_probe ORDER BY a;
