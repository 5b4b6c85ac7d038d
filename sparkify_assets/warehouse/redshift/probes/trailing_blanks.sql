-- question: Does a comparison of VARCHAR ignore trailing blanks, also in GROUP BY, joins and IN, and does OCTET_LENGTH count them?
-- assumed: it ignores them, and OCTET_LENGTH counts them; the platform strips blanks before it compares and measures emptiness by
--   OCTET_LENGTH.
-- otherwise: nothing needs to change: stripped texts compare alike either way. docs/design/redshift-facts.md is wrong.

CREATE TEMPORARY TABLE sparkify_temporary_probe (name VARCHAR(8));
INSERT INTO sparkify_temporary_probe VALUES ('a'), ('a '), ('a  '), ('');

-- expect: 3
SELECT COUNT(*) FROM sparkify_temporary_probe WHERE name = 'a';

-- expect: 2
SELECT COUNT(*) FROM (SELECT name FROM sparkify_temporary_probe GROUP BY name) AS names;

-- expect: 2
SELECT COUNT(DISTINCT name) FROM sparkify_temporary_probe;

-- expect: 9
SELECT COUNT(*) FROM sparkify_temporary_probe AS a INNER JOIN sparkify_temporary_probe AS b ON a.name = b.name WHERE a.name <> '';

-- expect: 0
-- expect: 1
-- expect: 2
-- expect: 3
SELECT OCTET_LENGTH(name) AS bytes FROM sparkify_temporary_probe ORDER BY bytes;

-- expect: 1
-- expect: 1
-- expect: 1
SELECT OCTET_LENGTH(RTRIM(name)) FROM sparkify_temporary_probe WHERE OCTET_LENGTH(name) > 0;
