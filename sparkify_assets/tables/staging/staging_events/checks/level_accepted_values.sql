-- The app knows two subscriptions.
-- severity: warning
SELECT level, user_id, session_id, item_in_session, log_date FROM staging_events WHERE level NOT IN ('free', 'paid')
