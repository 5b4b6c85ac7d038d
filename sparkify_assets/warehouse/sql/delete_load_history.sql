DELETE FROM load_history WHERE table_name = ? AND partition_key IN (?)
