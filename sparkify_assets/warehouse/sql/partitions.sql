-- Partitions of a staging table that hold files.
SELECT DISTINCT partition_key FROM load_history WHERE table_name = ?
