-- question: Does the check by expressions of declared references find a value that is not referred to?
-- assumed: it does (_unresolved_references in model/data_tests.py).
-- otherwise: checks would pass by declaration: declare no keys in the DDL for Redshift (create_statements in model/transpile.py).

CREATE TEMPORARY TABLE sparkify_temporary_probe_songs (song_id VARCHAR(8) PRIMARY KEY);
INSERT INTO sparkify_temporary_probe_songs VALUES ('S1');
CREATE TEMPORARY TABLE sparkify_temporary_probe (id BIGINT, song_id VARCHAR(8) REFERENCES sparkify_temporary_probe_songs (song_id));
INSERT INTO sparkify_temporary_probe VALUES (1, 'S1'), (2, 'S2'), (3, NULL);

-- expect: 2 | S2
SELECT here.id, here.song_id
FROM sparkify_temporary_probe AS here
LEFT JOIN sparkify_temporary_probe_songs AS referred ON here.song_id || '' = referred.song_id || ''
WHERE NOT here.song_id IS NULL AND referred.song_id IS NULL;
