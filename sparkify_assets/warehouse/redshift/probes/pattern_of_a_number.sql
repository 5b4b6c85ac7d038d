-- question: Does ~ take the patterns of numbers that COPY's texts are tested by?
-- assumed: it does (ingest/field_rules.py).
-- otherwise: write the patterns of ingest/field_rules.py in other terms.

CREATE TEMPORARY TABLE sparkify_temporary_probe (number VARCHAR(64));
INSERT INTO sparkify_temporary_probe VALUES ('1'), ('-1.5'), ('1.5e-3'), ('1.'), ('.5'), ('1e'), (' 1'), ('1 '), ('0x1'), ('true');

-- expect: -1.5
-- expect: 1
-- expect: 1.5e-3
SELECT number FROM sparkify_temporary_probe WHERE number ~ '^-?[0-9]+([.][0-9]+)?([eE][-+]?[0-9]+)?$' ORDER BY number;
