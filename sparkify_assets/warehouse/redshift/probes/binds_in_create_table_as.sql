-- question: Does CREATE TEMPORARY TABLE AS take bind parameters?
-- assumed: nothing; the platform declares the columns of its temporary tables and fills them by INSERT … SELECT.
-- otherwise: nothing needs to change.

CREATE TEMPORARY TABLE sparkify_temporary_probe (day DATE, name VARCHAR(8));
INSERT INTO sparkify_temporary_probe VALUES ('2018-11-01', 'a'), ('2018-11-02', 'b'), ('2018-11-03', 'c');

-- parameters: ["2018-11-02"]
-- record
CREATE TEMPORARY TABLE sparkify_temporary_probe_chosen AS
SELECT name FROM sparkify_temporary_probe WHERE day IN (CAST(? AS DATE));
