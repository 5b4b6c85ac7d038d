-- question: Can system views be read after BEGIN READ ONLY?
-- assumed: they can; `sparkify query` reads in such a transaction. External and shared tables are not asked here.
-- otherwise: run `sparkify query` in autocommit where the statement only reads.

BEGIN READ ONLY;

-- parameters: ["$schema"]
-- expect any
SELECT COUNT(*) FROM svv_columns WHERE table_schema = ?;

-- expect any
SELECT COUNT(*) FROM svv_tables WHERE table_schema = 'pg_catalog';
