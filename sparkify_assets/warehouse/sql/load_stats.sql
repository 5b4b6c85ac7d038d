-- Totals of the files from which each partition of each staging table was loaded.
SELECT
    table_name, partition_key, COUNT(*) AS files, CAST(SUM(bytes) AS BIGINT) AS bytes, CAST(SUM(records) AS BIGINT) AS records,
    CAST(SUM(rejected) AS BIGINT) AS rejected
FROM load_history
GROUP BY table_name, partition_key
ORDER BY table_name, partition_key
