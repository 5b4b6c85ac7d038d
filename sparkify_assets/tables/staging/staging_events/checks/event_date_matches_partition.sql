-- An event lies in the file of the day on which it happened (UTC).
-- severity: warning
SELECT
    session_id,
    item_in_session,
    TIMESTAMP 'epoch' + ts * INTERVAL '0.001 second' AS happened,
    log_date
FROM staging_events
WHERE CAST(TIMESTAMP 'epoch' + ts * INTERVAL '0.001 second' AS DATE) <> log_date
