WITH changes AS (
    SELECT
        user_id,
        valid_from AS changed_at,
        LAG(level) OVER (PARTITION BY user_id ORDER BY valid_from) AS from_level,
        level AS to_level
    FROM user_levels
    QUALIFY ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY valid_from) > 1
)

SELECT
    c.user_id,
    c.changed_at,
    c.from_level,
    c.to_level,
    SUM(CASE WHEN p.start_time < c.changed_at THEN 1 ELSE 0 END) AS plays_before,
    SUM(CASE WHEN p.start_time >= c.changed_at THEN 1 ELSE 0 END) AS plays_after
FROM changes AS c
INNER JOIN songplays AS p
    ON
        c.user_id = p.user_id
        AND p.start_time >= c.changed_at - INTERVAL '168 hours'
        AND p.start_time < c.changed_at + INTERVAL '168 hours'
GROUP BY c.user_id, c.changed_at, c.from_level, c.to_level
