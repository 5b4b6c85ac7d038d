-- What each partition of a staging table was loaded from, file by file.
SELECT partition_key, file_key, etag, bytes, records, rejected
FROM load_history
WHERE table_name = ?
ORDER BY partition_key, file_key
