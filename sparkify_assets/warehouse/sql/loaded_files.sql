-- Files from which each partition of a staging table was loaded.
SELECT partition_key, file_key, bytes, etag
FROM load_history
WHERE table_name = ?
ORDER BY partition_key, file_key
