-- question: How long does svv_columns take for one schema, in a database that others use, too?
-- assumed: less than five seconds; it is read once in each process (sql/columns.sql).
-- otherwise: read pg_attribute in sql/columns.sql, which does not look at external tables.

-- parameters: ["$schema"]
-- expect seconds: 5
SELECT COUNT(*) FROM svv_columns WHERE table_schema = ?;

-- parameters: ["$schema"]
-- record
SELECT DISTINCT data_type FROM svv_columns WHERE table_schema = ? ORDER BY data_type;
