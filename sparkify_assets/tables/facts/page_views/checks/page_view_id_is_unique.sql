-- No two events have the same page_view_id, so no two plays the same songplay_id.  It is a hash of 60 bits: none is expected to meet
-- another at 100 million events, some 40 at 10 billion.  Where two meet, nothing is lost, as nothing is found by it; join by the natural
-- key instead.
-- scope: anywhere = all partitions
SELECT
    here.page_view_id,
    here.user_id,
    here.session_id,
    here.item_in_session,
    here.event_time
FROM page_views AS here
INNER JOIN page_views AS anywhere ON here.page_view_id = anywhere.page_view_id
WHERE
    COALESCE(CAST(here.user_id AS VARCHAR), '') <> COALESCE(CAST(anywhere.user_id AS VARCHAR), '')
    OR here.session_id <> anywhere.session_id OR here.item_in_session <> anywhere.item_in_session OR here.event_time <> anywhere.event_time
