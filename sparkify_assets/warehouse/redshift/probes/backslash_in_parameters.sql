-- question: Is a parameter with backslash and quote stored as it is?
-- assumed: it is; file names and rejected records are written so.
-- otherwise: escape such parameters in redshift/driver.py.

CREATE TEMPORARY TABLE sparkify_temporary_probe (name VARCHAR(16));

-- parameters: ["a\\nb'c"]
-- expect: 1
INSERT INTO sparkify_temporary_probe (name) VALUES (CAST(? AS VARCHAR(16)));

-- parameters: ["a\\nb'c"]
-- expect: 6 | 1
SELECT MAX(OCTET_LENGTH(name)) AS bytes, COUNT(*) AS same FROM sparkify_temporary_probe WHERE name = ?;
