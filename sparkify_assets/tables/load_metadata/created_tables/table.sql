-- The tables that the platform has created; written in the transactions that create and drop them.
CREATE TABLE created_tables (
    table_name VARCHAR(127) NOT NULL,
    created_at TIMESTAMP NOT NULL,
    code_version VARCHAR(64) NOT NULL
) DISTSTYLE ALL;
COMMENT ON TABLE created_tables IS 'One row a table that the platform has created: it alters, loads, resets and drops no other.';
COMMENT ON COLUMN created_tables.table_name IS 'Its name.';
COMMENT ON COLUMN created_tables.created_at IS 'When it was made, or found to be exactly what the platform makes, UTC.';
COMMENT ON COLUMN created_tables.code_version IS 'Version of the SQL (and of source.toml) that its rows follow.';
