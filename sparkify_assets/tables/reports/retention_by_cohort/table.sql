-- Small, and no table joins it: distribution and sort order do not matter.
CREATE TABLE retention_by_cohort (
    cohort_week DATE NOT NULL,
    weeks_since INTEGER NOT NULL,
    users BIGINT,
    retained BIGINT,
    share_retained DOUBLE PRECISION,
    PRIMARY KEY (cohort_week, weeks_since)
) DISTSTYLE ALL;
COMMENT ON TABLE retention_by_cohort IS 'Of the users whose first play was in one week (UTC), as far as the logs go back: how many played in each week from then on, up to the latest week with a play, which may not be over.';
COMMENT ON COLUMN retention_by_cohort.cohort_week IS 'Monday of the week of their first play, UTC.';
COMMENT ON COLUMN retention_by_cohort.weeks_since IS 'The week in question: how many weeks after cohort_week it is; 0 is the week of the first play itself, in which all of them played. A week in which nobody at all played has no rows.';
COMMENT ON COLUMN retention_by_cohort.users IS 'Users whose first play was in cohort_week.';
COMMENT ON COLUMN retention_by_cohort.retained IS 'Of these, users with a play in the week in question, whether they played in the weeks between or not; 0 where only others played.';
COMMENT ON COLUMN retention_by_cohort.share_retained IS 'retained / users, 0 to 1.';
