-- Totals of the files from which each partition of a staging table was loaded.
SELECT
    partition_key, COUNT(*) AS files, CAST(SUM(bytes) AS BIGINT) AS bytes, CAST(SUM(records) AS BIGINT) AS records,
    CAST(SUM(rejected) AS BIGINT) AS rejected
FROM load_history
WHERE table_name = ?
GROUP BY partition_key
ORDER BY partition_key
