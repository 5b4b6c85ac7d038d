-- question: Does the planner answer a LEFT JOIN on declared references from the declaration where rows contradict it?
-- assumed: nothing; checks use expressions (references_by_expressions). 2 and 1 say that it looks at the rows.
-- otherwise: nothing needs to change.

CREATE TEMPORARY TABLE sparkify_temporary_probe_songs (song_id VARCHAR(8) PRIMARY KEY);
INSERT INTO sparkify_temporary_probe_songs VALUES ('S1');
CREATE TEMPORARY TABLE sparkify_temporary_probe (id BIGINT, song_id VARCHAR(8) REFERENCES sparkify_temporary_probe_songs (song_id));
INSERT INTO sparkify_temporary_probe VALUES (1, 'S1'), (2, 'S2'), (3, NULL);

-- record
SELECT COUNT(*)
FROM sparkify_temporary_probe AS here
LEFT JOIN sparkify_temporary_probe_songs AS referred ON here.song_id = referred.song_id
WHERE referred.song_id IS NULL;

-- record
SELECT COUNT(*)
FROM sparkify_temporary_probe AS here
INNER JOIN sparkify_temporary_probe_songs AS referred ON here.song_id = referred.song_id;
