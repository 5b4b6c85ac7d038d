-- Small, and no table joins it: distribution and sort order do not matter.
CREATE TABLE upgrade_funnel (
    week DATE NOT NULL,
    step SMALLINT NOT NULL,
    step_name VARCHAR(32) NOT NULL,
    users BIGINT,
    share_of_step_before DOUBLE PRECISION,
    PRIMARY KEY (week, step)
) DISTSTYLE ALL;
COMMENT ON TABLE upgrade_funnel IS 'Of the users who saw the page Upgrade in a week (UTC), those who submitted it within 7 days (168 hours), and of these those who then played at level paid within 7 days. A user counts once a week, from their first view in it. A submission that follows views in two weeks counts in both. The latest weeks may still grow.';
COMMENT ON COLUMN upgrade_funnel.week IS 'Monday of the week in which they saw the page, UTC; a week in which nobody did has no rows.';
COMMENT ON COLUMN upgrade_funnel.step IS '1, 2 or 3: the order of the steps.';
COMMENT ON COLUMN upgrade_funnel.step_name IS 'What the step is: saw the page (an event of page Upgrade), submitted (the next event of page Submit Upgrade, at most 168 hours later), played at level paid (a song that began at most 168 hours after that).';
COMMENT ON COLUMN upgrade_funnel.users IS 'Users of that week who took the step, and those before it; 0 where nobody did. A submission within 168 hours of views in two weeks counts for both.';
COMMENT ON COLUMN upgrade_funnel.share_of_step_before IS 'users / users of the step before, 0 to 1; null for the first step, and where nobody took the step before.';
