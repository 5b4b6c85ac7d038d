-- How the tables of a schema are distributed and sorted, a row for each column.
SELECT d.tablename, d."column", d.distkey, d.sortkey, i.releffectivediststyle
FROM pg_table_def AS d
INNER JOIN pg_namespace AS n ON d.schemaname = n.nspname
INNER JOIN pg_class_info AS i ON n.oid = i.relnamespace AND d.tablename = i.relname
WHERE d.schemaname = ?
