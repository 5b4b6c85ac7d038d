-- question: Does DELETE … USING delete each row once, whose keys another table holds, and count it?
-- assumed: it does; a refresh deletes the rows of the affected keys so (warehouse/refresher.py).
-- otherwise: delete by IN and a subquery in warehouse/refresher.py.

CREATE TEMPORARY TABLE sparkify_temporary_probe (id INTEGER, name VARCHAR(8));
INSERT INTO sparkify_temporary_probe VALUES (1, 'a'), (1, 'b'), (2, 'c'), (3, 'd');
CREATE TEMPORARY TABLE sparkify_temporary_probe_keys (id INTEGER);
INSERT INTO sparkify_temporary_probe_keys VALUES (1), (3), (4);

-- expect: 3
DELETE FROM sparkify_temporary_probe USING sparkify_temporary_probe_keys
WHERE sparkify_temporary_probe.id = sparkify_temporary_probe_keys.id;

-- expect: c
SELECT name FROM sparkify_temporary_probe;
