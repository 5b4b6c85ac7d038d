-- question: Does COPY load one JSON path into two columns of different types?
-- assumed: it does; a DOUBLE PRECISION is copied as text, too (copy_statement.py).
-- otherwise: no song could be loaded: copy the text only, and cast it.

CREATE TEMPORARY TABLE sparkify_temporary_probe (length VARCHAR(64), length_number DOUBLE PRECISION);

-- object: {"length": 218.93179}
-- object: {"length": 1.5e3}
-- jsonpaths: ["$['length']", "$['length']"]
-- expect any
COPY sparkify_temporary_probe (length, length_number);

-- expect: 2
SELECT PG_LAST_COPY_COUNT();

-- expect: 218.93179
-- expect: 1500.0
SELECT length_number FROM sparkify_temporary_probe ORDER BY length_number;

-- expect: 218.93179
SELECT length FROM sparkify_temporary_probe WHERE length_number < 1000;
