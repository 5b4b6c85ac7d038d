-- A day of a user counts for the days from it on, until the user's next day or until the window has passed, whichever is earlier: the
-- number of users rises by one on that day and falls by one on the other, and a running sum of the changes is the number of users of each
-- day.  That takes no row for each day of a window.  A fall may be on a day without an event: only the last step leaves those days out.
WITH spans AS (
    SELECT
        day,
        LEAST(CAST(DATEADD(DAY, 7, days.day) AS DATE), next_day) AS week_ends,
        LEAST(CAST(DATEADD(DAY, 28, days.day) AS DATE), next_day) AS month_ends,
        COUNT(*) AS users
    FROM (
        SELECT
            day,
            LEAD(day) OVER (PARTITION BY user_id ORDER BY day) AS next_day
        FROM user_days
    ) AS days
    GROUP BY day, LEAST(CAST(DATEADD(DAY, 7, days.day) AS DATE), next_day), LEAST(CAST(DATEADD(DAY, 28, days.day) AS DATE), next_day)
),

changes AS (
    SELECT
        day,
        SUM(dau) AS dau,
        SUM(of_week) AS of_week,
        SUM(of_month) AS of_month
    FROM (
        SELECT
            day,
            users AS dau,
            users AS of_week,
            users AS of_month
        FROM spans
        UNION ALL
        SELECT
            week_ends AS day,
            0 AS dau,
            -users AS of_week,
            0 AS of_month
        FROM spans
        UNION ALL
        SELECT
            month_ends AS day,
            0 AS dau,
            0 AS of_week,
            -users AS of_month
        FROM spans
    ) AS steps
    GROUP BY day
),

running AS (
    SELECT
        day,
        dau,
        SUM(of_week) OVER (ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS wau,
        SUM(of_month) OVER (ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS mau
    FROM changes
)

SELECT
    day,
    dau,
    wau,
    mau,
    CAST(dau AS DOUBLE PRECISION) / mau AS stickiness
FROM running
WHERE dau > 0
