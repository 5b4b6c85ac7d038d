-- Every week has three steps, and none has more users than the one before.
SELECT
    week,
    COUNT(*) AS steps,
    SUM(CASE WHEN step = 1 THEN users END) AS saw,
    SUM(CASE WHEN step = 2 THEN users END) AS submitted,
    SUM(CASE WHEN step = 3 THEN users END) AS played
FROM downgrade_funnel
GROUP BY week
HAVING
    COUNT(*) <> 3
    OR SUM(CASE WHEN step = 1 THEN users END) < SUM(CASE WHEN step = 2 THEN users END)
    OR SUM(CASE WHEN step = 2 THEN users END) < SUM(CASE WHEN step = 3 THEN users END)
