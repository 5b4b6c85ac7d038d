-- question: Does Redshift refuse an aggregate over an ordered window without a frame?
-- assumed: nothing; the platform refuses tables with one (model/transpile.py).
-- otherwise: nothing needs to change.

CREATE TEMPORARY TABLE sparkify_temporary_probe (id INTEGER);
INSERT INTO sparkify_temporary_probe VALUES (1), (2);

-- record
SELECT id, SUM(id) OVER (ORDER BY id) AS so_far FROM sparkify_temporary_probe ORDER BY id;
