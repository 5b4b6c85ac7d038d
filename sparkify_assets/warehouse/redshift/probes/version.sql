-- question: Which version does the server report?
-- assumed: nothing; the driver counts rows by it, which rows_of_a_change asks.
-- otherwise: nothing needs to change.

-- record
SHOW server_version;

-- record
SELECT VERSION();
