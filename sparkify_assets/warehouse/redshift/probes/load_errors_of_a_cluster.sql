-- question: May a user read STL_LOAD_ERRORS by pg_backend_pid(), where the warehouse is no workgroup?
-- assumed: nothing; it is read only where SYS_LOAD_ERROR_DETAIL does not exist.
-- otherwise: nothing needs to change.

-- record
SELECT COUNT(*) FROM stl_load_errors WHERE session = PG_BACKEND_PID();
