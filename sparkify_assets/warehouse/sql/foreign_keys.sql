-- Foreign keys that refer to a table of a schema: their names, and the tables that they belong to.
SELECT c.conname AS constraint_name, t.relname AS table_name
FROM pg_constraint AS c
INNER JOIN pg_class AS t ON c.conrelid = t.oid
INNER JOIN pg_class AS r ON c.confrelid = r.oid
INNER JOIN pg_namespace AS n ON r.relnamespace = n.oid
WHERE c.contype = 'f' AND n.nspname = ? AND r.relname = ? AND t.relnamespace = r.relnamespace
