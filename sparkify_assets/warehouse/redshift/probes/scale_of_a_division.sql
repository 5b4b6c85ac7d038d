-- question: Which scale has the quotient of two DECIMAL?
-- assumed: nothing; the platform divides DOUBLE PRECISION.
-- otherwise: nothing needs to change.

CREATE TEMPORARY TABLE sparkify_temporary_probe (a DECIMAL(18, 4), b DECIMAL(18, 4));
INSERT INTO sparkify_temporary_probe VALUES (1, 3), (2, 3);

-- record
SELECT a / b FROM sparkify_temporary_probe ORDER BY a;
