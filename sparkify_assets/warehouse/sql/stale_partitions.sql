SELECT DISTINCT table_name, partition_key FROM pending_refreshes
