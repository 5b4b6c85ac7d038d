-- question: Can a transaction make, fill, drop and make again a temporary table?
-- assumed: it can; a load does so for each batch of files (redshift/copy_loader.py).
-- otherwise: make temporary tables once a session, and empty them by DELETE.

-- expect any
CREATE TEMPORARY TABLE sparkify_temporary_probe (id INTEGER);

-- expect: 1
INSERT INTO sparkify_temporary_probe VALUES (1);

-- expect any
DROP TABLE sparkify_temporary_probe;

-- expect any
CREATE TEMPORARY TABLE sparkify_temporary_probe (name VARCHAR(8));

-- expect: 0
SELECT COUNT(*) FROM sparkify_temporary_probe WHERE name = 'a';
