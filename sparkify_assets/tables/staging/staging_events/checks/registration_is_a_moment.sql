-- registration is a moment from 1970 to 2099, in milliseconds, or null.  Another number is kept here, and page_views.registered_at is null.
-- severity: warning
SELECT
    registration,
    user_id,
    session_id,
    item_in_session,
    ts
FROM staging_events
WHERE registration < 0 OR registration > 4102444799999
