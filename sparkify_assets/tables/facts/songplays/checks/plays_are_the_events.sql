-- Every NextSong event with a user is a play, however often it was delivered, and every play is such an event of its day's file.
SELECT
    -- "delivered" are the events of the days asked about; the play may be "anywhere", as a later day's file may tell the event again
    'an event that is no play' AS what,
    CAST(delivered.session_id AS BIGINT) * 4294967296 + delivered.item_in_session AS songplay_id,
    delivered.session_id,
    delivered.log_date
FROM staging_events AS delivered
LEFT JOIN songplays AS anywhere
    ON anywhere.songplay_id = CAST(delivered.session_id AS BIGINT) * 4294967296 + delivered.item_in_session
WHERE delivered.page = 'NextSong' AND delivered.user_id IS NOT NULL AND anywhere.songplay_id IS NULL
UNION ALL
SELECT
    'a play that is no event' AS what,
    p.songplay_id,
    p.session_id,
    p.log_date
FROM songplays AS p
LEFT JOIN staging_events AS e
    ON
        p.session_id = e.session_id AND p.log_date = e.log_date
        AND p.songplay_id = CAST(e.session_id AS BIGINT) * 4294967296 + e.item_in_session
        AND e.page = 'NextSong' AND e.user_id IS NOT NULL
WHERE e.session_id IS NULL
