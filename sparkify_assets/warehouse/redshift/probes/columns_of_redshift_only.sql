-- question: Does svv_redshift_columns show the same columns as svv_columns, and how fast?
-- assumed: nothing; the platform reads svv_columns.
-- otherwise: nothing needs to change.

-- parameters: ["$schema"]
-- record
SELECT COUNT(*) FROM svv_columns WHERE table_schema = ?;

-- parameters: ["$database", "$schema"]
-- record
SELECT COUNT(*) FROM svv_redshift_columns WHERE database_name = ? AND schema_name = ?;
