SELECT partition_key, file_key, line, column_name, reason, raw_text
FROM rejected_records
WHERE table_name = ?
ORDER BY partition_key, file_key, line
