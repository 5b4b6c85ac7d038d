-- An event delivered twice should be the same twice.  Where it is not, the rule in transform.sql has chosen; this names the event.
-- severity: warning
WITH repeated AS (
    SELECT
        e.user_id,
        e.session_id,
        e.item_in_session,
        e.ts
    FROM page_views AS p
    INNER JOIN staging_events AS e
        ON
            p.session_id = e.session_id AND p.item_in_session = e.item_in_session
            AND p.event_time = TIMESTAMP 'epoch' + e.ts * INTERVAL '0.001 second'
            AND (p.user_id = e.user_id OR (p.user_id IS NULL AND e.user_id IS NULL))
    GROUP BY e.user_id, e.session_id, e.item_in_session, e.ts
    HAVING COUNT(*) > 1
)

SELECT
    r.user_id,
    r.session_id,
    r.item_in_session,
    r.ts,
    COUNT(*) AS deliveries
FROM repeated AS r
INNER JOIN staging_events AS e
    ON
        r.session_id = e.session_id AND r.item_in_session = e.item_in_session AND r.ts = e.ts
        AND (r.user_id = e.user_id OR (r.user_id IS NULL AND e.user_id IS NULL))
GROUP BY r.user_id, r.session_id, r.item_in_session, r.ts
HAVING
    MIN(RTRIM(e.page)) <> MAX(RTRIM(e.page))
    OR MIN(COALESCE(RTRIM(e.level), '')) <> MAX(COALESCE(RTRIM(e.level), ''))
    OR MIN(COALESCE(RTRIM(e.song), '')) <> MAX(COALESCE(RTRIM(e.song), ''))
    OR MIN(COALESCE(RTRIM(e.artist), '')) <> MAX(COALESCE(RTRIM(e.artist), ''))
    OR MIN(COALESCE(e.length, -1)) <> MAX(COALESCE(e.length, -1))
    OR MIN(COALESCE(RTRIM(e.location), '')) <> MAX(COALESCE(RTRIM(e.location), ''))
    OR MIN(COALESCE(RTRIM(e.user_agent), '')) <> MAX(COALESCE(RTRIM(e.user_agent), ''))
    OR MIN(COALESCE(RTRIM(e.method), '')) <> MAX(COALESCE(RTRIM(e.method), ''))
    OR MIN(COALESCE(e.status, -1)) <> MAX(COALESCE(e.status, -1))
    OR MIN(COALESCE(RTRIM(e.auth), '')) <> MAX(COALESCE(RTRIM(e.auth), ''))
    OR MIN(COALESCE(e.registration, -1)) <> MAX(COALESCE(e.registration, -1))
