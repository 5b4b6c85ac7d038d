-- Views that depend on a table of a schema and so prevent DROP TABLE.
SELECT DISTINCT n.nspname AS schema_name, v.relname AS view_name
FROM pg_depend AS d
INNER JOIN pg_rewrite AS r ON d.objid = r.oid
INNER JOIN pg_class AS v ON r.ev_class = v.oid
INNER JOIN pg_namespace AS n ON v.relnamespace = n.oid
INNER JOIN pg_class AS t ON d.refobjid = t.oid
INNER JOIN pg_namespace AS s ON t.relnamespace = s.oid
WHERE s.nspname = ? AND t.relname = ? AND v.relkind = 'v'
ORDER BY n.nspname, v.relname
