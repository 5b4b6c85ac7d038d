-- Partitions that committed changes have made stale; written and deleted in the same transactions as the data.
CREATE TABLE pending_refreshes (
    table_name VARCHAR(127) NOT NULL,
    partition_key VARCHAR(32) NOT NULL
) DISTSTYLE ALL;
COMMENT ON TABLE pending_refreshes IS 'Partitions of derived tables that must be refreshed because something before them changed.';
COMMENT ON COLUMN pending_refreshes.table_name IS 'Derived table.';
COMMENT ON COLUMN pending_refreshes.partition_key IS 'Its partition; empty for a table without partitions.';
