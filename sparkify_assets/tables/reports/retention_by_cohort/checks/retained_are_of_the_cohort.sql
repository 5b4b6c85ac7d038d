-- No more users are retained than the cohort has, and in its first week all of them play.
SELECT
    cohort_week,
    weeks_since,
    users,
    retained
FROM retention_by_cohort
WHERE retained > users OR (weeks_since = 0 AND retained <> users)
