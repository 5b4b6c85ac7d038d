-- question: Which isolation level has the database?
-- assumed: nothing; the platform works with SNAPSHOT and SERIALIZABLE.
-- otherwise: nothing needs to change.

-- parameters: ["$database"]
-- record
SELECT isolation_level FROM stv_db_isolation_level WHERE TRIM(db_name) = ?;
