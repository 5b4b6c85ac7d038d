-- Whether a schema exists: pg_namespace shows every schema to every user, information_schema.schemata only the user's own.
SELECT COUNT(*) AS schemas FROM pg_namespace WHERE nspname = ?
