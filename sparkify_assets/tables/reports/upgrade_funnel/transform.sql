-- Of each view of the page the next submission → of each user's week the first view → whether a play follows → three rows a week.
-- Within a millisecond the view is before its submission.  A row of session_hours is consecutive plays at one level, within an hour: one
-- that lies in the 7 days in part has its first or its last play in them.
WITH views AS (
    SELECT
        user_id,
        event_time AS seen_at,
        is_submit,
        MIN(CASE WHEN is_submit = 1 THEN event_time END) OVER (
            PARTITION BY user_id
            ORDER BY event_time, is_submit
            ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
        ) AS next_submit
    FROM (
        SELECT
            user_id,
            event_time,
            CASE WHEN RTRIM(page) = 'Submit Upgrade' THEN 1 ELSE 0 END AS is_submit
        FROM page_views
        WHERE RTRIM(page) IN ('Upgrade', 'Submit Upgrade') AND user_id IS NOT NULL
    ) AS events
),

first_views AS (
    SELECT
        user_id,
        week,
        CASE WHEN submitted_at <= seen_at + INTERVAL '168 hours' THEN submitted_at END AS submitted_at
    FROM (
        SELECT
            user_id,
            CAST(DATE_TRUNC('week', seen_at) AS DATE) AS week,
            MIN(seen_at) AS seen_at,
            MIN(next_submit) AS submitted_at
        FROM views
        WHERE is_submit = 0
        GROUP BY user_id, CAST(DATE_TRUNC('week', seen_at) AS DATE)
    ) AS user_weeks
),

played AS (
    SELECT
        f.user_id,
        f.week
    FROM first_views AS f
    INNER JOIN session_hours AS h
        ON
            f.user_id = h.user_id
            AND f.submitted_at <= h.last_play
            AND h.first_play <= f.submitted_at + INTERVAL '168 hours'
    WHERE h.level = 'paid'
    GROUP BY f.user_id, f.week
),

by_week AS (
    SELECT
        f.week,
        COUNT(*) AS saw,
        COUNT(f.submitted_at) AS submitted,
        COUNT(p.user_id) AS played
    FROM first_views AS f
    LEFT JOIN played AS p ON f.user_id = p.user_id AND f.week = p.week
    GROUP BY f.week
),

steps AS (
    SELECT 1 AS step
    UNION ALL
    SELECT 2 AS step
    UNION ALL
    SELECT 3 AS step
)

SELECT
    w.week,
    s.step,
    CASE s.step WHEN 1 THEN 'saw the page' WHEN 2 THEN 'submitted' ELSE 'played at level paid' END AS step_name,
    CASE s.step WHEN 1 THEN w.saw WHEN 2 THEN w.submitted ELSE w.played END AS users,
    CASE
        WHEN s.step = 2 THEN CAST(w.submitted AS DOUBLE PRECISION) / w.saw
        WHEN s.step = 3 AND w.submitted > 0 THEN CAST(w.played AS DOUBLE PRECISION) / w.submitted
    END AS share_of_step_before
FROM by_week AS w
CROSS JOIN steps AS s
