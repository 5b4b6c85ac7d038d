-- Small, and no table joins it: distribution and sort order do not matter.
CREATE TABLE users_at_risk (
    user_id INTEGER NOT NULL,
    first_name VARCHAR(256),
    last_name VARCHAR(256),
    level VARCHAR(16),
    days_since_last_play INTEGER,
    plays_last_7_days BIGINT,
    plays_7_days_before BIGINT,
    plays_lost BIGINT,
    PRIMARY KEY (user_id)
) DISTSTYLE ALL;
COMMENT ON TABLE users_at_risk IS 'Users who played less in the last 7 days than in the 7 days before; the last 7 days end with the latest day (UTC) on which any user has an event. The 500 users who lost most plays; equal losses: the smaller user_id first. An event with a wrong clock moves the latest day; the check event_date_matches_partition warns of it.';
COMMENT ON COLUMN users_at_risk.user_id IS 'The user.';
COMMENT ON COLUMN users_at_risk.first_name IS 'First name; null where it is not known.';
COMMENT ON COLUMN users_at_risk.last_name IS 'Last name; likewise.';
COMMENT ON COLUMN users_at_risk.level IS 'Subscription at the last event of the latest day on which the user has one: free or paid; null where that event has no level.';
COMMENT ON COLUMN users_at_risk.days_since_last_play IS 'Days from the last day with a play to the latest day of all; 0 to 13.';
COMMENT ON COLUMN users_at_risk.plays_last_7_days IS 'Songs played on the last 7 days.';
COMMENT ON COLUMN users_at_risk.plays_7_days_before IS 'Songs played on the 7 days before those.';
COMMENT ON COLUMN users_at_risk.plays_lost IS 'plays_7_days_before - plays_last_7_days.';
