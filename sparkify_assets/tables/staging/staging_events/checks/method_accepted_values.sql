-- The app asks by GET and tells by PUT.
-- severity: warning
SELECT method, page, session_id, item_in_session, log_date FROM staging_events WHERE method NOT IN ('GET', 'PUT')
