-- Distributed by user: retention and funnels compare the days of a user.  Sorted by day: a refresh replaces days.
-- Not partitioned: an event's day (UTC) is not always that of the file it came in.
CREATE TABLE user_days (
    user_id INTEGER NOT NULL,
    day DATE NOT NULL,
    events BIGINT NOT NULL,
    plays BIGINT NOT NULL,
    sessions BIGINT NOT NULL,
    listened_seconds DOUBLE PRECISION NOT NULL,
    level VARCHAR(16),
    PRIMARY KEY (user_id, day)
) DISTSTYLE KEY DISTKEY (user_id) SORTKEY (day);
COMMENT ON TABLE user_days IS 'One row a user and day (UTC) with any event: what the user did on it. Users who never played are among them.';
COMMENT ON COLUMN user_days.user_id IS 'The user.';
COMMENT ON COLUMN user_days.day IS 'Day of the events, UTC.';
COMMENT ON COLUMN user_days.events IS 'Events of any page.';
COMMENT ON COLUMN user_days.plays IS 'Songs played.';
COMMENT ON COLUMN user_days.sessions IS 'Sessions of the app with an event on that day.';
COMMENT ON COLUMN user_days.listened_seconds IS 'Seconds heard of the songs that began on that day: an estimate. A song is taken to be heard until its end, or until the next event of the same user in the same session, which may be on the next day, if that is earlier; a song of unknown length counts none.';
COMMENT ON COLUMN user_days.level IS 'Subscription at the last event of the day: free or paid; null where that event has no level.';
