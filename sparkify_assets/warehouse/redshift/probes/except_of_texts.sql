-- question: Does EXCEPT of VARCHAR ignore trailing blanks?
-- assumed: nothing; a correction of trailing blanks only changes no table, since texts are compared without them.
-- otherwise: nothing needs to change.

CREATE TEMPORARY TABLE sparkify_temporary_probe (name VARCHAR(8));
INSERT INTO sparkify_temporary_probe VALUES ('a'), ('b ');
CREATE TEMPORARY TABLE sparkify_temporary_probe_other (name VARCHAR(8));
INSERT INTO sparkify_temporary_probe_other VALUES ('a '), ('b');

-- record
SELECT COUNT(*) FROM (SELECT name FROM sparkify_temporary_probe EXCEPT SELECT name FROM sparkify_temporary_probe_other) AS changed;
