-- question: With which code and words does COPY refuse a comma between objects?
-- assumed: nothing; such files take the slow path.
-- otherwise: nothing needs to change.

CREATE TEMPORARY TABLE sparkify_temporary_probe (name VARCHAR(3));

-- object: {"name": "a"},{"name": "b"}
-- jsonpaths: ["$['name']"]
-- record
COPY sparkify_temporary_probe (name);

ROLLBACK;

-- patience: 10
-- record
SELECT DISTINCT line_number, error_code, TRIM(error_message)
FROM sys_load_error_detail
WHERE session_id = PG_BACKEND_PID() AND TRIM(file_name) LIKE '%-copy_commas_between_objects.json';
