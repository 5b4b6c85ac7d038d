-- Columns of the tables of a schema.  PG_TABLE_DEF reads this schema's catalog only (it must be in search_path), where SVV_COLUMNS also
-- reads external tables and late-binding views of all schemas.
SELECT tablename, "column", type, "notnull"
FROM pg_table_def
WHERE schemaname = ?
