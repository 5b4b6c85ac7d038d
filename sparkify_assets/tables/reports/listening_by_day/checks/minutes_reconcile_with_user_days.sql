-- The plays and the minutes of all days together are those of user_days; the minutes but for the rounding of sums.
WITH here AS (SELECT COALESCE(SUM(plays), 0) AS plays, COALESCE(SUM(minutes), 0) AS minutes FROM listening_by_day),

there AS (SELECT COALESCE(SUM(plays), 0) AS plays, COALESCE(SUM(listened_seconds), 0) / 60 AS minutes FROM user_days)

SELECT
    here.plays,
    there.plays AS plays_in_user_days,
    here.minutes,
    there.minutes AS minutes_in_user_days
FROM here
CROSS JOIN there
WHERE here.plays <> there.plays OR ABS(here.minutes - there.minutes) > 0.001 + there.minutes / 1000000000
