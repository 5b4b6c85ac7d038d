-- The cohorts together have every user with a play in user_days, each once.
WITH here AS (SELECT COALESCE(SUM(users), 0) AS users FROM retention_by_cohort WHERE weeks_since = 0),

there AS (SELECT COUNT(DISTINCT user_id) AS users FROM user_days WHERE plays > 0)

SELECT
    here.users,
    there.users AS users_in_user_days
FROM here
CROSS JOIN there
WHERE here.users <> there.users
