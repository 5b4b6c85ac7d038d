-- Every event is a page view, however often it was delivered, and every page view is an event of its day's file.
-- scope: delivered = checked partitions
-- scope: anywhere = all partitions
SELECT
    -- "delivered" are the events of the days asked about; the page view may be "anywhere", as a later day's file may tell the event again
    CAST('an event that is no page view' AS VARCHAR(32)) AS what,
    delivered.user_id,
    delivered.session_id,
    delivered.item_in_session,
    TIMESTAMP 'epoch' + delivered.ts * INTERVAL '0.001 second' AS event_time,
    delivered.log_date
FROM staging_events AS delivered
LEFT JOIN page_views AS anywhere
    ON
        delivered.session_id = anywhere.session_id AND delivered.item_in_session = anywhere.item_in_session
        AND TIMESTAMP 'epoch' + delivered.ts * INTERVAL '0.001 second' = anywhere.event_time
        AND (delivered.user_id = anywhere.user_id OR (delivered.user_id IS NULL AND anywhere.user_id IS NULL))
WHERE anywhere.session_id IS NULL
UNION ALL
SELECT
    CAST('a page view that is no event' AS VARCHAR(32)) AS what,
    p.user_id,
    p.session_id,
    p.item_in_session,
    p.event_time,
    p.log_date
FROM page_views AS p
LEFT JOIN staging_events AS e
    ON
        p.log_date = e.log_date AND p.session_id = e.session_id AND p.item_in_session = e.item_in_session
        AND p.event_time = TIMESTAMP 'epoch' + e.ts * INTERVAL '0.001 second'
        AND (p.user_id = e.user_id OR (p.user_id IS NULL AND e.user_id IS NULL))
WHERE e.session_id IS NULL
