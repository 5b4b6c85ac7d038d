-- The level that lasts is the user's current one.
SELECT
    u.user_id,
    u.level AS current_level,
    l.level AS lasting_level
FROM users AS u
LEFT JOIN user_levels AS l ON u.user_id = l.user_id AND l.valid_to IS NULL
WHERE l.user_id IS NULL OR COALESCE(RTRIM(u.level), '') <> COALESCE(RTRIM(l.level), '')
