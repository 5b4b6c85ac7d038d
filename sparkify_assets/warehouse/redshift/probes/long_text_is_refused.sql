-- question: Does INSERT … SELECT refuse a text that is longer, in bytes, than its VARCHAR?
-- assumed: it does, so that no check asks for it (model/data_tests.py).
-- otherwise: check the length of texts on Redshift.

CREATE TEMPORARY TABLE sparkify_temporary_probe (name VARCHAR(8));
INSERT INTO sparkify_temporary_probe VALUES ('éé');
CREATE TEMPORARY TABLE sparkify_temporary_probe_copy (name VARCHAR(3));

-- expect error: (?i)value too long
INSERT INTO sparkify_temporary_probe_copy SELECT name FROM sparkify_temporary_probe;
