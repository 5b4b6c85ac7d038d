-- The weeks of each user → of each cohort and week the users who played → every cohort with every week from its own on.
-- DATEDIFF of days: on which day a week begins where DATEDIFF counts weeks is not the same on every engine.
WITH user_weeks AS (
    SELECT
        user_id,
        CAST(DATE_TRUNC('week', day) AS DATE) AS week
    FROM user_days
    WHERE plays > 0
    GROUP BY user_id, CAST(DATE_TRUNC('week', day) AS DATE)
),

active AS (
    SELECT
        cohort_week,
        week,
        COUNT(*) AS users
    FROM (
        SELECT
            week,
            MIN(week) OVER (PARTITION BY user_id) AS cohort_week
        FROM user_weeks
    ) AS weeks
    GROUP BY cohort_week, week
),

cohorts AS (
    SELECT
        cohort_week,
        users
    FROM active
    WHERE week = cohort_week
),

weeks AS (SELECT week FROM active GROUP BY week)

SELECT
    c.cohort_week,
    CAST(DATEDIFF(DAY, c.cohort_week, w.week) AS INTEGER) / 7 AS weeks_since,
    c.users,
    COALESCE(a.users, 0) AS retained,
    CAST(COALESCE(a.users, 0) AS DOUBLE PRECISION) / c.users AS share_retained
FROM cohorts AS c
INNER JOIN weeks AS w ON c.cohort_week <= w.week
LEFT JOIN active AS a ON c.cohort_week = a.cohort_week AND w.week = a.week
