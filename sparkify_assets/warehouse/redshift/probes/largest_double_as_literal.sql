-- question: Is the literal 1.7976931348623157e308 of a type that takes it?
-- assumed: nothing; the platform writes it as a text that is cast.
-- otherwise: nothing needs to change.

CREATE TEMPORARY TABLE sparkify_temporary_probe (number DOUBLE PRECISION);
INSERT INTO sparkify_temporary_probe VALUES (218.5);

-- record
SELECT COUNT(*) FROM sparkify_temporary_probe WHERE number < 1.7976931348623157e308;
