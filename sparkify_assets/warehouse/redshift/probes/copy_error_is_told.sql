-- question: Are the file's line, column and code of what COPY rejects found in SYS_LOAD_ERROR_DETAIL after ROLLBACK, by session?
-- assumed: they are, within 30 seconds (load_errors.py).
-- otherwise: wait longer in load_errors.py, or find the errors by the time of the COPY.

CREATE TEMPORARY TABLE sparkify_temporary_probe (name VARCHAR(3));

-- object: {"name": "abc"}
-- object: {"name": "abcd"}
-- jsonpaths: ["$['name']"]
-- expect error: (?i)stl_load_errors|sys_load_error_detail
COPY sparkify_temporary_probe (name);

ROLLBACK;

-- expect: 0
SELECT PG_LAST_COPY_COUNT();

-- patience: 30
-- expect: 2 | name | 1204
SELECT DISTINCT line_number, TRIM(column_name), error_code
FROM sys_load_error_detail
WHERE session_id = PG_BACKEND_PID() AND TRIM(file_name) LIKE '%-copy_error_is_told.json';
