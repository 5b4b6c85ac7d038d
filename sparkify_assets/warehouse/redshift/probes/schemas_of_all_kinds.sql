-- question: Does svv_all_schemas show the platform's schema?
-- assumed: nothing; the platform asks pg_namespace.
-- otherwise: nothing needs to change.

-- parameters: ["$database", "$schema"]
-- record
SELECT COUNT(*) FROM svv_all_schemas WHERE database_name = ? AND schema_name = ?;
