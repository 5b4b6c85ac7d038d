-- question: Does TIMESTAMP 'epoch' + n * INTERVAL '0.001 second' keep every millisecond of the times that records may have?
-- assumed: it does (facts/songplays/transform.sql), from 2000 to 2099 (staging_events/source.toml); later times are recorded.
-- otherwise: convert with DATEADD, days and milliseconds apart, in facts/songplays/transform.sql.

CREATE TEMPORARY TABLE sparkify_temporary_probe (ts BIGINT);
INSERT INTO sparkify_temporary_probe VALUES (946684800000), (1541377992796), (4102444799999), (253402300799999);

-- expect: 946684800000 | 2000-01-01 00:00:00
-- expect: 1541377992796 | 2018-11-05 00:33:12.796
-- expect: 4102444799999 | 2099-12-31 23:59:59.999
SELECT ts, TIMESTAMP 'epoch' + ts * INTERVAL '0.001 second' AS start_time
FROM sparkify_temporary_probe
WHERE ts <= 4102444799999
ORDER BY ts;

-- record
SELECT TIMESTAMP 'epoch' + ts * INTERVAL '0.001 second' AS start_time FROM sparkify_temporary_probe WHERE ts > 4102444799999;
