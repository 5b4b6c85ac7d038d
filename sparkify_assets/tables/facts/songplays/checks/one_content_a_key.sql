-- An event delivered twice should be the same twice.  Where it is not, the rule in transform.sql has chosen; this names the event.
-- severity: warning
WITH repeated AS (
    SELECT e.session_id, e.item_in_session
    FROM songplays AS p
    INNER JOIN staging_events AS e
        ON p.session_id = e.session_id AND p.songplay_id = CAST(e.session_id AS BIGINT) * 4294967296 + e.item_in_session
    WHERE e.page = 'NextSong' AND e.user_id IS NOT NULL
    GROUP BY e.session_id, e.item_in_session
    HAVING COUNT(*) > 1
)

SELECT
    r.session_id,
    r.item_in_session,
    COUNT(*) AS deliveries
FROM repeated AS r
INNER JOIN staging_events AS e ON r.session_id = e.session_id AND r.item_in_session = e.item_in_session
WHERE e.page = 'NextSong' AND e.user_id IS NOT NULL
GROUP BY r.session_id, r.item_in_session
HAVING
    MIN(e.ts) <> MAX(e.ts) OR MIN(e.user_id) <> MAX(e.user_id)
    OR MIN(COALESCE(e.level, '')) <> MAX(COALESCE(e.level, ''))
    OR MIN(COALESCE(e.song, '')) <> MAX(COALESCE(e.song, ''))
    OR MIN(COALESCE(e.artist, '')) <> MAX(COALESCE(e.artist, ''))
    OR MIN(COALESCE(e.length, -1)) <> MAX(COALESCE(e.length, -1))
    OR MIN(COALESCE(e.location, '')) <> MAX(COALESCE(e.location, ''))
    OR MIN(COALESCE(e.user_agent, '')) <> MAX(COALESCE(e.user_agent, ''))
