-- question: Does a CAST of the text '1.7976931348623157e308' give the largest DOUBLE PRECISION?
-- assumed: it does; every record is compared with it before it is loaded (ingest/field_rules.py).
-- otherwise: no record could be loaded: ask in ingest/field_rules.py only that the number is not infinite.

CREATE TEMPORARY TABLE sparkify_temporary_probe (number DOUBLE PRECISION);
INSERT INTO sparkify_temporary_probe VALUES (218.5), (-1);

-- expect: 2
SELECT COUNT(*)
FROM sparkify_temporary_probe
WHERE number BETWEEN -CAST('1.7976931348623157e+308' AS DOUBLE PRECISION) AND CAST('1.7976931348623157e+308' AS DOUBLE PRECISION);
