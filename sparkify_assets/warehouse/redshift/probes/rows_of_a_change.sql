-- question: Does the driver count the rows of INSERT … SELECT and DELETE?
-- assumed: it does, by the server's version 8.0.2.
-- otherwise: count rows by SELECT.

CREATE TEMPORARY TABLE sparkify_temporary_probe (id INTEGER);
INSERT INTO sparkify_temporary_probe VALUES (1), (2), (3);

-- expect: 2
INSERT INTO sparkify_temporary_probe SELECT id + 10 FROM sparkify_temporary_probe WHERE id < 3;

-- expect: 3
DELETE FROM sparkify_temporary_probe WHERE id IN (SELECT id FROM sparkify_temporary_probe WHERE id > 2);

-- expect: 1
-- expect: 2
SELECT id FROM sparkify_temporary_probe ORDER BY id;
