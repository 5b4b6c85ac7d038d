SELECT
    NULLIF(RTRIM(u.first_name), '') AS first_name,
    NULLIF(RTRIM(u.last_name), '') AS last_name,
    p.plays
FROM (SELECT user_id, SUM(plays) AS plays FROM session_hours GROUP BY user_id) AS p
INNER JOIN users AS u ON p.user_id = u.user_id
ORDER BY p.plays DESC, u.user_id
LIMIT 5
