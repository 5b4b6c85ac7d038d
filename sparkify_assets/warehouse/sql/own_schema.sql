-- Whether the current user owns a schema: only the owner can grant usage of it.
SELECT COUNT(*) AS schemas
FROM pg_namespace AS n
INNER JOIN pg_user AS u ON n.nspowner = u.usesysid
WHERE n.nspname = ? AND u.usename = CURRENT_USER
