SELECT
    day,
    SUM(CASE WHEN day = first_day THEN 1 ELSE 0 END) AS new_users,
    SUM(CASE WHEN day > first_day THEN 1 ELSE 0 END) AS returning_users
FROM (
    SELECT
        user_id,
        day,
        MIN(day) OVER (PARTITION BY user_id) AS first_day
    FROM session_hours
    GROUP BY user_id, day
) AS days
GROUP BY day
