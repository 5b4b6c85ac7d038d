-- Small, and no table joins it: distribution and sort order do not matter.
CREATE TABLE sessions_by_day (
    day DATE NOT NULL,
    sessions BIGINT,
    plays BIGINT,
    plays_per_session DOUBLE PRECISION,
    minutes_per_session DOUBLE PRECISION,
    longest_minutes DOUBLE PRECISION,
    PRIMARY KEY (day)
) DISTSTYLE ALL;
COMMENT ON TABLE sessions_by_day IS 'Sessions by the day (UTC) of their first play: how many, how long, how many songs. A session is what the app calls one (the session_id of a user, until its items are counted anew), as far as songs were played in it; it lasts from the start of its first song to the start of its last, so one song lasts 0 minutes.';
COMMENT ON COLUMN sessions_by_day.day IS 'Day on which the first song of the sessions began, UTC.';
COMMENT ON COLUMN sessions_by_day.sessions IS 'Sessions that began.';
COMMENT ON COLUMN sessions_by_day.plays IS 'Songs played in them, on later days too.';
COMMENT ON COLUMN sessions_by_day.plays_per_session IS 'Songs a session, on average.';
COMMENT ON COLUMN sessions_by_day.minutes_per_session IS 'Minutes a session, on average.';
COMMENT ON COLUMN sessions_by_day.longest_minutes IS 'Minutes of the longest.';
