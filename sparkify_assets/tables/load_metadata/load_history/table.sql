-- The files from which staging was loaded, one row per file; replaced together with the partition.
CREATE TABLE load_history (
    table_name VARCHAR(127) NOT NULL,
    partition_key VARCHAR(32) NOT NULL,
    file_key VARCHAR(4096) NOT NULL,
    etag VARCHAR(256) NOT NULL,
    bytes BIGINT NOT NULL,
    records BIGINT NOT NULL,
    rejected BIGINT NOT NULL,
    run_id VARCHAR(64) NOT NULL,
    loaded_at TIMESTAMP NOT NULL,
    expired_at TIMESTAMP
) DISTSTYLE EVEN SORTKEY (table_name, partition_key);
COMMENT ON TABLE load_history IS 'One row a file that staging holds, or held until it expired: which version of it, how many records, when and by which run.';
COMMENT ON COLUMN load_history.table_name IS 'Staging table.';
COMMENT ON COLUMN load_history.partition_key IS 'Its partition.';
COMMENT ON COLUMN load_history.file_key IS 'Key in the lake.';
COMMENT ON COLUMN load_history.etag IS 'Version of the content the lake told when it was listed.';
COMMENT ON COLUMN load_history.bytes IS 'Size in the lake.';
COMMENT ON COLUMN load_history.records IS 'Records found in the file, rejected ones included.';
COMMENT ON COLUMN load_history.rejected IS 'Records rejected.';
COMMENT ON COLUMN load_history.run_id IS 'Dagster run that loaded it.';
COMMENT ON COLUMN load_history.loaded_at IS 'When, UTC.';
COMMENT ON COLUMN load_history.expired_at IS 'When the rows of the partition were deleted from staging by SPARKIFY_STAGING_DAYS, UTC; null: they are there.';
