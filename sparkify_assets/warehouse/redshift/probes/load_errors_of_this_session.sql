-- question: May a user read SYS_LOAD_ERROR_DETAIL by pg_backend_pid()?
-- assumed: yes; what COPY rejects is found so (sql/load_errors_sys.sql); where there is no such view, STL_LOAD_ERRORS is read.
-- otherwise: send the number of the session as a parameter.

-- expect any
SELECT COUNT(*)
FROM (
    SELECT TRIM(file_name) AS file_name, line_number, TRIM(column_name) AS column_name, error_code, TRIM(error_message) AS error_message
    FROM sys_load_error_detail
    WHERE session_id = PG_BACKEND_PID()
    ORDER BY start_time, line_number
) AS errors;
