-- A user is Logged In, Logged Out, Cancelled or a Guest.
-- severity: warning
SELECT auth, user_id, session_id, item_in_session, log_date FROM staging_events
WHERE auth NOT IN ('Logged In', 'Logged Out', 'Cancelled', 'Guest')
