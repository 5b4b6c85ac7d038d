-- Number of this session in the load-error tables.  A statement of its own: a function of the leader node cannot stand beside every table.
SELECT PG_BACKEND_PID() AS session_id
