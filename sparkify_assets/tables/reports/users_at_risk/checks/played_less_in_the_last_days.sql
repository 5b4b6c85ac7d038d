-- Everybody here played less in the last 7 days, and within the last 14.
SELECT
    user_id,
    days_since_last_play,
    plays_last_7_days,
    plays_7_days_before
FROM users_at_risk
WHERE
    plays_last_7_days >= plays_7_days_before
    OR days_since_last_play NOT BETWEEN 0 AND 13
    OR (plays_last_7_days > 0) <> (days_since_last_play < 7)
