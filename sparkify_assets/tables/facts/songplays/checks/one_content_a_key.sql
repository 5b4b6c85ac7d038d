-- An event delivered twice should be the same twice.  Where it is not, the rule in transform.sql has chosen; this names the event.
-- severity: warning
WITH repeated AS (
    SELECT session_id, item_in_session
    FROM staging_events
    WHERE page = 'NextSong' AND user_id IS NOT NULL
    GROUP BY session_id, item_in_session
    HAVING COUNT(*) > 1
)

SELECT
    p.songplay_id,
    r.session_id,
    r.item_in_session,
    COUNT(*) AS deliveries
FROM songplays AS p
INNER JOIN repeated AS r ON p.songplay_id = CAST(r.session_id AS BIGINT) * 4294967296 + r.item_in_session
INNER JOIN staging_events AS e ON r.session_id = e.session_id AND r.item_in_session = e.item_in_session
WHERE e.page = 'NextSong' AND e.user_id IS NOT NULL
GROUP BY p.songplay_id, r.session_id, r.item_in_session
HAVING
    MIN(e.ts) <> MAX(e.ts) OR MIN(e.user_id) <> MAX(e.user_id) OR MIN(e.level) <> MAX(e.level)
    OR MIN(e.song) <> MAX(e.song) OR MIN(e.artist) <> MAX(e.artist) OR MIN(e.length) <> MAX(e.length)
