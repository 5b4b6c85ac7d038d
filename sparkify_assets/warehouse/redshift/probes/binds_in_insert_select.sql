-- question: Does INSERT … SELECT take bind parameters, also in both parts of a UNION?
-- assumed: it does; affected_keys (model/incremental.py) finds the keys of a refresh so.
-- otherwise: write the partition keys as literals in model/incremental.py.

CREATE TEMPORARY TABLE sparkify_temporary_probe (day DATE, name VARCHAR(8));
INSERT INTO sparkify_temporary_probe VALUES ('2018-11-01', 'a'), ('2018-11-02', 'b'), ('2018-11-03', 'c');

CREATE TEMPORARY TABLE sparkify_temporary_probe_keys (name VARCHAR(8));

-- parameters: ["2018-11-01", "2018-11-02", "2018-11-02", "2018-11-03"]
-- expect: 3
INSERT INTO sparkify_temporary_probe_keys (name)
SELECT name FROM sparkify_temporary_probe WHERE day IN (CAST(? AS DATE), CAST(? AS DATE))
UNION
SELECT p.name FROM sparkify_temporary_probe AS p WHERE p.day IN (CAST(? AS DATE), CAST(? AS DATE));
