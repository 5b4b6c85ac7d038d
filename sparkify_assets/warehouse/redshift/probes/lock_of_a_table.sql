-- question: Does LOCK, as the first statement of a transaction, leave the user's own table readable and writable?
-- assumed: it does; each transaction that writes begins with a LOCK (redshift/connection.py). Asked of a temporary table, which stays
--   until the session ends.
-- otherwise: take the write lock by a DELETE of no rows.

BEGIN;
CREATE TEMPORARY TABLE sparkify_temporary_probe_locked (id INTEGER);
COMMIT;
BEGIN;

-- expect any
LOCK sparkify_temporary_probe_locked;

-- expect: 1
INSERT INTO sparkify_temporary_probe_locked VALUES (1);
