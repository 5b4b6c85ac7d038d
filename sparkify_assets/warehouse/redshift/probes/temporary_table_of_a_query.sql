-- question: Has a temporary table that is made of SELECT * … LIMIT 0 the columns of the table, and takes their NULLs and longest texts?
-- assumed: it does; loaded rows are put into one before they replace others (warehouse/staging_loader.py).
-- otherwise: declare the columns in warehouse/staging_loader.py.

CREATE TEMPORARY TABLE sparkify_temporary_probe (id INTEGER NOT NULL, name VARCHAR(8), number DOUBLE PRECISION, day DATE);
INSERT INTO sparkify_temporary_probe VALUES (1, 'abcdefgh', 1.5, '2018-11-01'), (2, NULL, NULL, NULL);

-- expect any
CREATE TEMPORARY TABLE sparkify_temporary_probe_incoming AS SELECT * FROM sparkify_temporary_probe LIMIT 0;

-- expect: 2
INSERT INTO sparkify_temporary_probe_incoming (id, name, number, day) SELECT id, name, number, day FROM sparkify_temporary_probe;

-- expect: 1 | abcdefgh | 1.5 | 2018-11-01
-- expect: 2 | NULL | NULL | NULL
SELECT id, name, number, day FROM sparkify_temporary_probe_incoming ORDER BY id;
