-- Pending refreshes, and (without a table's name) the partitions of a staging table that hold files.
SELECT DISTINCT table_name, partition_key FROM pending_refreshes
UNION ALL
SELECT DISTINCT CAST(NULL AS VARCHAR(127)) AS table_name, partition_key FROM load_history WHERE table_name = ?
