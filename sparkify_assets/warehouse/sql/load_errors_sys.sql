-- Records that COPY has rejected in this session; the views pad texts with blanks.
SELECT TRIM(file_name), line_number, TRIM(column_name), error_code, TRIM(error_message)
FROM sys_load_error_detail
WHERE session_id = ?
ORDER BY start_time, line_number
