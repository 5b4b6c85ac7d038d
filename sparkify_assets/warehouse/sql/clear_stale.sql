DELETE FROM pending_refreshes WHERE table_name = ? AND partition_key IN (?)
