-- The last 14 days of all users → one row a user → those who played less.  Days are counted from the latest day with an event, since a
-- table must be the same at every load.
WITH latest AS (SELECT MAX(day) AS day FROM user_days),

recent AS (
    SELECT
        d.user_id,
        d.day,
        d.plays,
        d.level,
        DATEDIFF(DAY, d.day, l.day) AS days_ago,
        ROW_NUMBER() OVER (PARTITION BY d.user_id ORDER BY d.day DESC) AS from_the_last
    FROM user_days AS d
    CROSS JOIN latest AS l
    WHERE d.day > CAST(DATEADD(DAY, -14, l.day) AS DATE)
)

SELECT
    r.user_id,
    NULLIF(RTRIM(u.first_name), '') AS first_name,
    NULLIF(RTRIM(u.last_name), '') AS last_name,
    MAX(CASE WHEN r.from_the_last = 1 THEN r.level END) AS level,
    MIN(CASE WHEN r.plays > 0 THEN r.days_ago END) AS days_since_last_play,
    SUM(CASE WHEN r.days_ago < 7 THEN r.plays ELSE 0 END) AS plays_last_7_days,
    SUM(CASE WHEN r.days_ago >= 7 THEN r.plays ELSE 0 END) AS plays_7_days_before,
    SUM(CASE WHEN r.days_ago >= 7 THEN r.plays ELSE -r.plays END) AS plays_lost
FROM recent AS r
INNER JOIN users AS u ON r.user_id = u.user_id
GROUP BY r.user_id, NULLIF(RTRIM(u.first_name), ''), NULLIF(RTRIM(u.last_name), '')
HAVING SUM(CASE WHEN r.days_ago >= 7 THEN r.plays ELSE -r.plays END) > 0
ORDER BY SUM(CASE WHEN r.days_ago >= 7 THEN r.plays ELSE -r.plays END) DESC, r.user_id
LIMIT 500
