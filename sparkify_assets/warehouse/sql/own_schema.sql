-- Whether a schema belongs to whoever asks: only its owner can let others use it.
SELECT COUNT(*) AS schemas
FROM pg_namespace AS n
INNER JOIN pg_user AS u ON n.nspowner = u.usesysid
WHERE n.nspname = ? AND u.usename = CURRENT_USER
