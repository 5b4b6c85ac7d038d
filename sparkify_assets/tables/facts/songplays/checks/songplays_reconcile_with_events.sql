-- Every NextSong event with a user is a play, however often it was delivered, and every play is such an event of its day's file.
-- scope: delivered = checked partitions
-- scope: anywhere = all partitions
SELECT
    -- "delivered" are the events of the days asked about; the play may be "anywhere", as a later day's file may tell the event again
    CAST('an event that is no play' AS VARCHAR(32)) AS what,
    delivered.user_id,
    delivered.session_id,
    delivered.item_in_session,
    TIMESTAMP 'epoch' + delivered.ts * INTERVAL '0.001 second' AS start_time,
    delivered.log_date
FROM staging_events AS delivered
LEFT JOIN songplays AS anywhere
    ON
        delivered.user_id = anywhere.user_id AND delivered.session_id = anywhere.session_id
        AND delivered.item_in_session = anywhere.item_in_session
        AND TIMESTAMP 'epoch' + delivered.ts * INTERVAL '0.001 second' = anywhere.start_time
WHERE RTRIM(delivered.page) = 'NextSong' AND delivered.user_id IS NOT NULL AND anywhere.user_id IS NULL
UNION ALL
SELECT
    CAST('a play that is no event' AS VARCHAR(32)) AS what,
    p.user_id,
    p.session_id,
    p.item_in_session,
    p.start_time,
    p.log_date
FROM songplays AS p
LEFT JOIN staging_events AS e
    ON
        p.log_date = e.log_date AND p.user_id = e.user_id AND p.session_id = e.session_id AND p.item_in_session = e.item_in_session
        AND p.start_time = TIMESTAMP 'epoch' + e.ts * INTERVAL '0.001 second'
        AND RTRIM(e.page) = 'NextSong'
WHERE e.user_id IS NULL
