-- The plays of all rows together are those of songplays.
WITH here AS (SELECT COALESCE(SUM(plays), 0) AS plays FROM session_hours),

there AS (SELECT COUNT(*) AS plays FROM songplays)

SELECT
    here.plays,
    there.plays AS plays_in_songplays
FROM here
CROSS JOIN there
WHERE here.plays <> there.plays
