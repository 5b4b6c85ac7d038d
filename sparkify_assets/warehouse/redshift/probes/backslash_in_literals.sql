-- question: Does a backslash in a literal escape the letter after it?
-- assumed: nothing; the platform sends texts with a backslash as parameters or in files.
-- otherwise: nothing needs to change.

CREATE TEMPORARY TABLE sparkify_temporary_probe (name VARCHAR(16));

-- record
INSERT INTO sparkify_temporary_probe VALUES ('a\nb');

-- record
SELECT OCTET_LENGTH(name) FROM sparkify_temporary_probe;
