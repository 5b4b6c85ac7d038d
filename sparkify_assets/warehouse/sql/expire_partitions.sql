-- Record that the rows of these partitions have expired.
UPDATE load_history SET expired_at = ? WHERE table_name = ? AND partition_key IN (?)
