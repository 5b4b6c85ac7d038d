-- The app knows two subscriptions.
SELECT user_id, level FROM users WHERE level IS NULL OR level NOT IN ('free', 'paid')
