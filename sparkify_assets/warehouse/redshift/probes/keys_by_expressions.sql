-- question: Do checks by expressions of declared primary keys find rows that contradict the declaration?
-- assumed: they do: Redshift does not enforce keys, and its planner cannot answer from the declaration (_undeclared in
--   model/data_tests.py).
-- otherwise: checks would pass by declaration: declare no keys in the DDL for Redshift (create_statements in model/transpile.py).

CREATE TEMPORARY TABLE sparkify_temporary_probe_songs (song_id VARCHAR(8) PRIMARY KEY);
INSERT INTO sparkify_temporary_probe_songs VALUES ('S1'), ('S1');
CREATE TEMPORARY TABLE sparkify_temporary_probe (
    id BIGINT NOT NULL,
    start_time TIMESTAMP NOT NULL,
    song_id VARCHAR(8) NOT NULL,
    PRIMARY KEY (id, start_time)
);
INSERT INTO sparkify_temporary_probe
VALUES (1, '2018-11-05 00:33:12.796', 'S1'), (1, '2018-11-05 00:33:12.796', 'S2'), (2, '2018-11-05 00:33:12.796', 'S1');

-- expect: 1 | 2
SELECT p.id + 0 AS id, COUNT(*) AS rows_with_it
FROM sparkify_temporary_probe AS p
GROUP BY p.id + 0, p.start_time + INTERVAL '0 SECOND'
HAVING COUNT(*) > 1;

-- expect: S1 | 2
SELECT s.song_id || '' AS song_id, COUNT(*) AS rows_with_it
FROM sparkify_temporary_probe_songs AS s
GROUP BY s.song_id || ''
HAVING COUNT(*) > 1;

-- expect: 2
SELECT COUNT(*)
FROM (SELECT DISTINCT id + 0 AS id, start_time + INTERVAL '0 SECOND' AS start_time FROM sparkify_temporary_probe) AS asked;
