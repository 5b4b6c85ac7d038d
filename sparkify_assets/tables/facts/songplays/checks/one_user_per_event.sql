-- An event is one user's.  Two users that share session, item and millisecond are two plays here; one of them may be the other's,
-- delivered under a wrong user.
-- severity: warning
-- scope: anywhere = all partitions
SELECT
    here.session_id,
    here.item_in_session,
    here.start_time,
    here.user_id,
    anywhere.user_id AS other_user_id
FROM songplays AS here
INNER JOIN songplays AS anywhere
    ON
        here.session_id = anywhere.session_id AND here.item_in_session = anywhere.item_in_session
        AND here.start_time = anywhere.start_time
WHERE here.user_id <> anywhere.user_id
