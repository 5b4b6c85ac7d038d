-- Pending refreshes, and (without a table's name) the partitions of a staging table that hold files; whether these have expired.
SELECT DISTINCT table_name, partition_key, 0 AS expired FROM pending_refreshes
UNION ALL
SELECT DISTINCT CAST(NULL AS VARCHAR(127)) AS table_name, partition_key, CASE WHEN expired_at IS NULL THEN 0 ELSE 1 END AS expired
FROM load_history
WHERE table_name = ?
