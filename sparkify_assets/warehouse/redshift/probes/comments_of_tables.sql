-- question: May a user join the catalog's tables of comments, constraints, dependences and owners?
-- assumed: yes; the platform recognises its tables by their comments, and names views that depend on them (sql/comments.sql,
--   sql/views.sql).
-- otherwise: read the comments and dependences from SVV views.

-- parameters: ["$schema"]
-- expect any
SELECT COUNT(*)
FROM pg_class AS t
INNER JOIN pg_namespace AS n ON t.relnamespace = n.oid
INNER JOIN pg_description AS d ON t.oid = d.objoid
LEFT JOIN pg_attribute AS c ON t.oid = c.attrelid AND d.objsubid = c.attnum AND d.objsubid > 0
WHERE n.nspname = ?;

-- parameters: ["$schema"]
-- expect any
SELECT COUNT(*)
FROM pg_depend AS d
INNER JOIN pg_rewrite AS r ON d.objid = r.oid
INNER JOIN pg_class AS v ON r.ev_class = v.oid
INNER JOIN pg_class AS t ON d.refobjid = t.oid
INNER JOIN pg_namespace AS s ON t.relnamespace = s.oid
WHERE s.nspname = ? AND v.relkind = 'v';

-- parameters: ["$schema"]
-- expect any
SELECT COUNT(*)
FROM pg_constraint AS c
INNER JOIN pg_class AS t ON c.conrelid = t.oid
INNER JOIN pg_namespace AS n ON t.relnamespace = n.oid
WHERE c.contype = 'f' AND n.nspname = ?;

-- parameters: ["$schema"]
-- expect any
SELECT COUNT(*)
FROM pg_namespace AS n
INNER JOIN pg_user AS u ON n.nspowner = u.usesysid
WHERE n.nspname = ? AND u.usename = CURRENT_USER;
