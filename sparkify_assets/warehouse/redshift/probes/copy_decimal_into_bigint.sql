-- question: Does COPY load the JSON number 1540344794796.0 into a BIGINT?
-- assumed: nothing; whole numbers are copied as text and cast.
-- otherwise: nothing needs to change.

CREATE TEMPORARY TABLE sparkify_temporary_probe (ts BIGINT);

-- object: {"ts": 1540344794796.0}
-- jsonpaths: ["$['ts']"]
-- record
COPY sparkify_temporary_probe (ts);

-- record
SELECT ts FROM sparkify_temporary_probe;
