-- The app knows two subscriptions; a level that its events leave out is unknown.
SELECT user_id, level FROM users WHERE level NOT IN ('free', 'paid')
