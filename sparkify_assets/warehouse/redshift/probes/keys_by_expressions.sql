-- question: Do checks by expressions of declared keys find duplicates and missing references?
-- assumed: they do: Redshift does not enforce keys, and the expressions keep its planner from answering from the declaration
--   (model/data_tests.py).
-- otherwise: checks of keys would pass by declaration: declare no keys in the DDL for Redshift.

CREATE TEMPORARY TABLE sparkify_temporary_probe_songs (song_id VARCHAR(8) PRIMARY KEY);
INSERT INTO sparkify_temporary_probe_songs VALUES ('S1'), ('S1');
CREATE TEMPORARY TABLE sparkify_temporary_probe (
    id BIGINT NOT NULL,
    start_time TIMESTAMP NOT NULL,
    song_id VARCHAR(8) NOT NULL REFERENCES sparkify_temporary_probe_songs (song_id),
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

-- expect: S2
SELECT here.song_id
FROM sparkify_temporary_probe AS here
LEFT JOIN sparkify_temporary_probe_songs AS referred ON here.song_id || '' = referred.song_id || ''
WHERE NOT here.song_id IS NULL AND referred.song_id IS NULL;

-- expect: 2
SELECT COUNT(*)
FROM (SELECT DISTINCT id + 0 AS id, start_time + INTERVAL '0 SECOND' AS start_time FROM sparkify_temporary_probe) AS asked;
