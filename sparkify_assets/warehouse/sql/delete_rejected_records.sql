DELETE FROM rejected_records WHERE table_name = ? AND partition_key IN (?)
