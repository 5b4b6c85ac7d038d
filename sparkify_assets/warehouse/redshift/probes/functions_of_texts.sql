-- question: Do MD5, LEFT, STRTOL, LENGTH, OCTET_LENGTH and || give the keys and lengths that DuckDB gives?
-- assumed: they do (facts/songplays/transform.sql).
-- otherwise: keys of plays would differ between the engines: find the function that differs.

CREATE TEMPORARY TABLE sparkify_temporary_probe (name VARCHAR(16));
INSERT INTO sparkify_temporary_probe VALUES ('Lily'), ('Zoë');

-- expect: Lily | 951cefd3ca5cb6773251e773379ff26a | 671545406494460775 | 4 | 4
SELECT name, MD5(name), STRTOL(LEFT(MD5(name), 15), 16), LENGTH(name), OCTET_LENGTH(name) FROM sparkify_temporary_probe WHERE name = 'Lily';

-- expect: 3 | 4 | NULL
SELECT LENGTH(name), OCTET_LENGTH(name), name || NULL FROM sparkify_temporary_probe WHERE name <> 'Lily';
