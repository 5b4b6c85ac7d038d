-- question: Does pg_namespace show a schema that belongs to somebody else?
-- assumed: it does; the platform asks it whether its schema has to be created (sql/schemas.sql).
-- otherwise: ask svv_all_schemas in sql/schemas.sql.

-- expect: 1
SELECT COUNT(*) FROM pg_namespace WHERE nspname = 'information_schema';

-- parameters: ["$schema"]
-- record
SELECT COUNT(*) FROM pg_namespace WHERE nspname = ?;
