-- Small, and no table joins it: distribution and sort order do not matter.
CREATE TABLE active_users (
    day DATE NOT NULL,
    dau BIGINT,
    wau BIGINT,
    mau BIGINT,
    stickiness DOUBLE PRECISION,
    PRIMARY KEY (day)
) DISTSTYLE ALL;
COMMENT ON TABLE active_users IS 'How many users are active, by day (UTC): users with an event of any page, whether they play or not. Events without a user do not count.';
COMMENT ON COLUMN active_users.day IS 'Day, UTC; a day without an event of a user has no row, but counts as one of the 7 or 28.';
COMMENT ON COLUMN active_users.dau IS 'Daily active users: different users with any event on that day.';
COMMENT ON COLUMN active_users.wau IS 'Weekly active users: different users with any event on one of the 7 days that end with that day.';
COMMENT ON COLUMN active_users.mau IS 'Monthly active users: different users with any event on one of the 28 days that end with that day, four whole weeks.';
COMMENT ON COLUMN active_users.stickiness IS 'dau / mau, 0 to 1: how much of the month a user comes. In the first 28 days of the logs the month is shorter, and this larger.';
