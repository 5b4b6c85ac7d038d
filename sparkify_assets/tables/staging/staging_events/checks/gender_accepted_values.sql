-- Users register as F or M; nobody is known when logged out.
-- severity: warning
SELECT gender, user_id, session_id, item_in_session, log_date FROM staging_events WHERE gender NOT IN ('F', 'M')
