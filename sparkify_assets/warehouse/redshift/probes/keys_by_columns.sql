-- question: Does the planner answer GROUP BY, DISTINCT and UNION of declared primary keys from the declaration where rows contradict it?
-- assumed: nothing; checks use expressions (keys_by_expressions). 1, 2 and 2 say that it looks at the rows.
-- otherwise: nothing needs to change.

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

-- record
SELECT COUNT(*) FROM (SELECT id, start_time FROM sparkify_temporary_probe GROUP BY id, start_time HAVING COUNT(*) > 1) AS duplicates;

-- record
SELECT COUNT(*) FROM (SELECT DISTINCT id, start_time FROM sparkify_temporary_probe) AS asked;

-- record
SELECT COUNT(*)
FROM (
    SELECT id, start_time FROM sparkify_temporary_probe UNION SELECT id, start_time FROM sparkify_temporary_probe WHERE song_id = 'S1'
) AS keys;
