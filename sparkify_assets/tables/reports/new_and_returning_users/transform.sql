SELECT
    day,
    SUM(CASE WHEN day = first_day THEN 1 ELSE 0 END) AS new_users,
    SUM(CASE WHEN day > first_day THEN 1 ELSE 0 END) AS returning_users
FROM (
    SELECT
        user_id,
        CAST(start_time AS DATE) AS day,
        MIN(CAST(start_time AS DATE)) OVER (PARTITION BY user_id) AS first_day
    FROM songplays
    GROUP BY user_id, CAST(start_time AS DATE)
) AS days
GROUP BY day
