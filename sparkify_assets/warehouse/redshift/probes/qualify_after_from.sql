-- question: Does QUALIFY stand directly after FROM, where the table has an alias?
-- assumed: it does (dimensions/songs/transform.sql).
-- otherwise: write the window in a subquery.

CREATE TEMPORARY TABLE sparkify_temporary_probe (id INTEGER, name VARCHAR(8));
INSERT INTO sparkify_temporary_probe VALUES (1, 'a'), (2, 'a'), (3, 'b');

-- expect: 2
-- expect: 3
SELECT p.id FROM sparkify_temporary_probe AS p QUALIFY ROW_NUMBER() OVER (PARTITION BY p.name ORDER BY p.id DESC) = 1 ORDER BY p.id;
