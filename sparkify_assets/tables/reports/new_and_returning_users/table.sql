-- Small, and no table joins it: distribution and sort order do not matter.
CREATE TABLE new_and_returning_users (
    day DATE NOT NULL,
    new_users BIGINT,
    returning_users BIGINT,
    PRIMARY KEY (day)
) DISTSTYLE ALL;
COMMENT ON TABLE new_and_returning_users IS 'Users who played on a day (UTC): those for whom it is the first day of all, and those who had played on an earlier one; a day without a play has no row.';
COMMENT ON COLUMN new_and_returning_users.day IS 'Day on which they played, UTC.';
COMMENT ON COLUMN new_and_returning_users.new_users IS 'Users who had never played before that day, as far as the logs go back.';
COMMENT ON COLUMN new_and_returning_users.returning_users IS 'Users who had played on an earlier day.';
