-- Small, and no table joins it: distribution and sort order do not matter.
CREATE TABLE active_listeners (
    day DATE NOT NULL,
    dau BIGINT,
    wau BIGINT,
    mau BIGINT,
    stickiness DOUBLE PRECISION,
    PRIMARY KEY (day)
) DISTSTYLE ALL;
COMMENT ON TABLE active_listeners IS 'How many users listen, by day (UTC): users who played a song. Those who only looked at other pages do not count.';
COMMENT ON COLUMN active_listeners.day IS 'Day, UTC; a day without a play has no row, but counts as one of the 7 or 28.';
COMMENT ON COLUMN active_listeners.dau IS 'Daily active listeners: different users who played on that day.';
COMMENT ON COLUMN active_listeners.wau IS 'Weekly active listeners: different users who played on one of the 7 days that end with that day.';
COMMENT ON COLUMN active_listeners.mau IS 'Monthly active listeners: different users who played on one of the 28 days that end with that day, four whole weeks.';
COMMENT ON COLUMN active_listeners.stickiness IS 'dau / mau, 0 to 1: how much of the month a listener comes. In the first 28 days of the logs the month is shorter, and this larger.';
