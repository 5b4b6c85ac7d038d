-- question: Can a literal of no declared type be grouped by, or be a column of a subquery?
-- assumed: nothing; the platform groups by no literal.
-- otherwise: nothing needs to change.

CREATE TEMPORARY TABLE sparkify_temporary_probe (id INTEGER);
INSERT INTO sparkify_temporary_probe VALUES (1), (2);

-- record
SELECT what, COUNT(*) FROM (SELECT DISTINCT 'x' AS what, id FROM sparkify_temporary_probe) AS named GROUP BY what;
