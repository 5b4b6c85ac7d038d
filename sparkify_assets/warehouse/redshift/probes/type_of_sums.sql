-- question: Is the sum of whole numbers a whole number, and AVG of them cut?
-- assumed: the sum is one; the platform refuses AVG of whole numbers (model/transpile.py).
-- otherwise: cast sums to BIGINT in the tables.

CREATE TEMPORARY TABLE sparkify_temporary_probe (a BIGINT, b INTEGER);
INSERT INTO sparkify_temporary_probe VALUES (4611686018427387904, 1), (4611686018427387903, 2);

-- expect: 9223372036854775807 | 3
SELECT SUM(a), SUM(b) FROM sparkify_temporary_probe;

-- record
SELECT AVG(b) FROM sparkify_temporary_probe;
