-- question: Does INSERT refuse NULL in a NOT NULL column?
-- assumed: it does, so that no check asks for it (model/data_tests.py).
-- otherwise: check NOT NULL columns on Redshift.

CREATE TEMPORARY TABLE sparkify_temporary_probe (id INTEGER NOT NULL, name VARCHAR(8));
INSERT INTO sparkify_temporary_probe VALUES (1, 'a');
CREATE TEMPORARY TABLE sparkify_temporary_probe_copy (id INTEGER NOT NULL);

-- expect error: (?i)null value
INSERT INTO sparkify_temporary_probe_copy SELECT NULLIF(id, 1) FROM sparkify_temporary_probe;
