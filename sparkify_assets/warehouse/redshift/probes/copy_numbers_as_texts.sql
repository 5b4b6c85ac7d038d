-- question: In which text does COPY load a JSON number, true and false into a VARCHAR?
-- assumed: a whole number and a text as they are written; of others the platform takes any text, since it tests them
--   (copy_statement.py).
-- otherwise: every file would take the slow path: copy whole numbers as numbers.

CREATE TEMPORARY TABLE sparkify_temporary_probe (id INTEGER, x VARCHAR(64));

-- object: {"id": 1, "x": 1541377992796}
-- object: {"id": 2, "x": "15"}
-- object: {"id": 3, "x": 9007199254740993}
-- object: {"id": 4, "x": 1.50}
-- object: {"id": 5, "x": 1.5e3}
-- object: {"id": 6, "x": true}
-- object: {"id": 7, "x": -0}
-- jsonpaths: ["$['id']", "$['x']"]
-- expect any
COPY sparkify_temporary_probe (id, x);

-- expect: 1 | 1541377992796
-- expect: 2 | 15
-- expect: 3 | 9007199254740993
SELECT id, x FROM sparkify_temporary_probe WHERE id < 4 ORDER BY id;

-- record
SELECT id, x FROM sparkify_temporary_probe WHERE id >= 4 ORDER BY id;
