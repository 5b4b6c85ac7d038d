-- The users of each day are those with an event in user_days.
WITH there AS (
    SELECT
        day,
        COUNT(*) AS users
    FROM user_days
    GROUP BY day
)

SELECT
    COALESCE(here.day, there.day) AS day,
    here.dau,
    there.users AS users_in_user_days
FROM active_users AS here
FULL JOIN there ON here.day = there.day
WHERE COALESCE(here.dau, 0) <> COALESCE(there.users, 0)
