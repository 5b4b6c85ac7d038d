-- Distributed by session_id, as page_views is: a session's events are read together.  Sorted by day: a refresh reads and replaces days.
-- Not partitioned: an event's day (UTC) is not always that of the file it came in, and how long a play was heard may depend on an event
-- in tomorrow's file.  A change of page_views recomputes, whole, the sessions of users that have events on the days it concerns.
CREATE TABLE session_days (
    user_id INTEGER NOT NULL,
    session_id INTEGER NOT NULL,
    day DATE NOT NULL,
    events BIGINT NOT NULL,
    plays BIGINT NOT NULL,
    listened_ms BIGINT NOT NULL,
    plays_under_30_seconds BIGINT NOT NULL,
    plays_to_the_end BIGINT NOT NULL,
    plays_of_known_length BIGINT NOT NULL,
    last_event TIMESTAMP NOT NULL,
    last_level VARCHAR(16),
    PRIMARY KEY (user_id, session_id, day)
) DISTSTYLE KEY DISTKEY (session_id) SORTKEY (day);
COMMENT ON TABLE session_days IS 'Aggregate of page_views, from which other tables are computed: the events of a user in one session on one day (UTC). How long a play was heard is an estimate: the app does not say when the listening ended, so it is taken to end with the song, or with the next event of the same user in the same session, if that is earlier.';
COMMENT ON COLUMN session_days.user_id IS 'Whose events; events without a user have no row.';
COMMENT ON COLUMN session_days.session_id IS 'Session of the app. Where it uses the number again for the same user, even weeks later, the events of both are one session.';
COMMENT ON COLUMN session_days.day IS 'Day of the events, UTC.';
COMMENT ON COLUMN session_days.events IS 'Events of any page.';
COMMENT ON COLUMN session_days.plays IS 'Songs played.';
COMMENT ON COLUMN session_days.listened_ms IS 'Milliseconds heard of the songs that began on that day, estimated; a song of unknown length counts none, and none counts more than a day.';
COMMENT ON COLUMN session_days.plays_under_30_seconds IS 'Songs of known length heard for less than 30 seconds.';
COMMENT ON COLUMN session_days.plays_to_the_end IS 'Songs of known length heard to the end, or to its last second: the app counts whole seconds.';
COMMENT ON COLUMN session_days.plays_of_known_length IS 'Songs played whose length is known.';
COMMENT ON COLUMN session_days.last_event IS 'When the last event of that day happened, UTC.';
COMMENT ON COLUMN session_days.last_level IS 'Subscription at the last event: free or paid; null where that event has no level (null or blank).';
