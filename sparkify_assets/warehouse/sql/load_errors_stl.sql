-- Same as load_errors_sys.sql, for clusters that are not serverless.
SELECT TRIM(filename), line_number, TRIM(colname), err_code, TRIM(err_reason)
FROM stl_load_errors
WHERE session = ?
ORDER BY starttime, line_number
