-- question: With which SQLSTATE and words is a write refused after BEGIN READ ONLY?
-- assumed: with words of which one is matched: `transaction is read-only` or `read-only transaction` (READ_ONLY_ERROR in
--   redshift/warehouse.py).
-- otherwise: match the words found in redshift/warehouse.py; if the write was not refused, it was rolled back, and `sparkify query` can
--   write.

BEGIN READ ONLY;

-- expect error: transaction is read-only|read-only transaction
SELECT 1 AS id INTO sparkify_temporary_probe;
