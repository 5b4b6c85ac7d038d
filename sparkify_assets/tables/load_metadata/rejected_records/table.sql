-- Records that staging has rejected; replaced together with the partition.
CREATE TABLE rejected_records (
    table_name VARCHAR(127) NOT NULL,
    partition_key VARCHAR(32) NOT NULL,
    file_key VARCHAR(4096) NOT NULL,
    line BIGINT NOT NULL,
    column_name VARCHAR(127),
    reason VARCHAR(1024) NOT NULL,
    raw_text VARCHAR(65535) NOT NULL
) DISTSTYLE EVEN SORTKEY (table_name, partition_key);
COMMENT ON TABLE rejected_records IS 'Every record of the loaded files that staging does not hold, and why.';
COMMENT ON COLUMN rejected_records.table_name IS 'Staging table it was meant for.';
COMMENT ON COLUMN rejected_records.partition_key IS 'Its partition.';
COMMENT ON COLUMN rejected_records.file_key IS 'Key in the lake.';
COMMENT ON COLUMN rejected_records.line IS 'Line in the file where the record begins, from 1.';
COMMENT ON COLUMN rejected_records.column_name IS 'Column that refused it; null where the record as a whole is at fault.';
COMMENT ON COLUMN rejected_records.reason IS 'What was found and what was expected.';
COMMENT ON COLUMN rejected_records.raw_text IS 'The record as delivered; bytes that are not text in hexadecimal; cut after 60,000 bytes, which the reason then says.';
