-- No two plays have the same songplay_id.  It is a hash of 60 bits: none is expected to meet another at 100 million plays, some 40 at
-- 10 billion.  Where two meet, nothing is lost, as nothing is found by it; join by the natural key instead.
-- scope: anywhere = all partitions
SELECT
    here.songplay_id,
    here.user_id,
    here.session_id,
    here.item_in_session,
    here.start_time
FROM songplays AS here
INNER JOIN songplays AS anywhere ON here.songplay_id = anywhere.songplay_id
WHERE
    here.user_id <> anywhere.user_id OR here.session_id <> anywhere.session_id OR here.item_in_session <> anywhere.item_in_session
    OR here.start_time <> anywhere.start_time
