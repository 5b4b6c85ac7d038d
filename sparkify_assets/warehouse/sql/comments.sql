-- Comments on the tables of a schema and on their columns (a comment on the table has no column).
SELECT t.relname AS table_name, c.attname AS column_name, d.description
FROM pg_class AS t
INNER JOIN pg_namespace AS n ON t.relnamespace = n.oid
INNER JOIN pg_description AS d ON t.oid = d.objoid
LEFT JOIN pg_attribute AS c ON t.oid = c.attrelid AND d.objsubid = c.attnum AND d.objsubid > 0
WHERE n.nspname = ?
