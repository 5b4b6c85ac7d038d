-- Distributed by user, whose rows the tables made of it compare.  Sorted by day: a refresh replaces days.
-- Not partitioned: a play's day (UTC) is not always that of the file it came in.  A change of songplays recomputes the days it concerns.
CREATE TABLE session_hours (
    day DATE NOT NULL,
    hour SMALLINT NOT NULL,
    user_id INTEGER NOT NULL,
    part INTEGER NOT NULL,
    session_id INTEGER NOT NULL,
    level VARCHAR(16),
    location VARCHAR(512),
    user_agent VARCHAR(1024),
    plays BIGINT NOT NULL,
    first_item INTEGER NOT NULL,
    last_item INTEGER NOT NULL,
    first_play TIMESTAMP NOT NULL,
    last_play TIMESTAMP NOT NULL,
    PRIMARY KEY (day, hour, user_id, part)
) DISTSTYLE KEY DISTKEY (user_id) SORTKEY (day);
COMMENT ON TABLE session_hours IS 'Aggregate of songplays, from which other tables are computed: consecutive plays of a user within one hour (UTC) and one session, at one level, place and browser.';
COMMENT ON COLUMN session_hours.day IS 'Day of the plays, UTC.';
COMMENT ON COLUMN session_hours.hour IS 'Hour of the plays, UTC.';
COMMENT ON COLUMN session_hours.user_id IS 'Who played.';
COMMENT ON COLUMN session_hours.part IS 'Number of the row within the user and the hour, from 1, in the order of time.';
COMMENT ON COLUMN session_hours.session_id IS 'Session of the app; where the app counts the items of a session anew, another row begins.';
COMMENT ON COLUMN session_hours.level IS 'Subscription: free or paid; null where the plays do not tell it (null or blank).';
COMMENT ON COLUMN session_hours.location IS 'Place of the user; null where the plays do not tell it.';
COMMENT ON COLUMN session_hours.user_agent IS 'Browser, as it calls itself; null where the plays do not tell it.';
COMMENT ON COLUMN session_hours.plays IS 'Songs played.';
COMMENT ON COLUMN session_hours.first_item IS 'item_in_session of the first play.';
COMMENT ON COLUMN session_hours.last_item IS 'item_in_session of the last play, the largest.';
COMMENT ON COLUMN session_hours.first_play IS 'When the first song began, UTC.';
COMMENT ON COLUMN session_hours.last_play IS 'When the last song began, UTC.';
