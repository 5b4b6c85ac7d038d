-- Whether a schema is there: pg_namespace shows everybody every schema, information_schema.schemata only those that one owns.
SELECT COUNT(*) AS schemas FROM pg_namespace WHERE nspname = ?
