-- Every record of a day's log files, as delivered.
-- Distributed by session_id, as songplays is: deduplication and the comparison with songplays need no redistribution.
-- Sorted by log_date: every load, delete and refresh filters by day.
CREATE TABLE staging_events ( -- noqa: PRS
    artist VARCHAR(1024),
    auth VARCHAR(32) CHECK (auth IN ('Logged In', 'Logged Out', 'Cancelled', 'Guest')),
    first_name VARCHAR(256),
    gender VARCHAR(8) CHECK (gender IN ('F', 'M')),
    item_in_session INTEGER NOT NULL,
    last_name VARCHAR(256),
    length DOUBLE PRECISION,
    level VARCHAR(16) CHECK (level IN ('free', 'paid')),
    location VARCHAR(512),
    method VARCHAR(16) CHECK (method IN ('GET', 'PUT')),
    page VARCHAR(64) NOT NULL,
    registration DOUBLE PRECISION,
    session_id INTEGER NOT NULL,
    song VARCHAR(1024),
    status INTEGER,
    ts BIGINT NOT NULL,
    user_agent VARCHAR(1024),
    user_id INTEGER,
    log_date DATE NOT NULL
) DISTSTYLE KEY DISTKEY (session_id) SORTKEY (log_date);
COMMENT ON TABLE staging_events IS 'User activity as delivered: one row a line of the log files, duplicates included.';
COMMENT ON COLUMN staging_events.artist IS 'Artist name of the song played, as the app sent it (may be double-encoded); null on other pages.';
COMMENT ON COLUMN staging_events.auth IS 'Logged In, Logged Out, Cancelled or Guest.';
COMMENT ON COLUMN staging_events.first_name IS 'First name of the user; null when logged out.';
COMMENT ON COLUMN staging_events.gender IS 'F or M, as registered; null when logged out.';
COMMENT ON COLUMN staging_events.item_in_session IS 'Number of the event within its session, from 0; with session_id the natural key of an event.';
COMMENT ON COLUMN staging_events.last_name IS 'Last name of the user; null when logged out.';
COMMENT ON COLUMN staging_events.length IS 'Length of the song played, in seconds; null on other pages.';
COMMENT ON COLUMN staging_events.level IS 'Subscription at the time of the event: free or paid.';
COMMENT ON COLUMN staging_events.location IS 'Place of the user, metropolitan area and states.';
COMMENT ON COLUMN staging_events.method IS 'HTTP method of the request.';
COMMENT ON COLUMN staging_events.page IS 'Page of the app; NextSong is a play.';
COMMENT ON COLUMN staging_events.registration IS 'When the user registered, epoch milliseconds UTC; delivered with a decimal point, hence not an integer.';
COMMENT ON COLUMN staging_events.session_id IS 'Session of the app.';
COMMENT ON COLUMN staging_events.song IS 'Title of the song played, as the app sent it; null on other pages.';
COMMENT ON COLUMN staging_events.status IS 'HTTP status of the response.';
COMMENT ON COLUMN staging_events.ts IS 'When the event happened, epoch milliseconds UTC.';
COMMENT ON COLUMN staging_events.user_agent IS 'Browser, as it calls itself.';
COMMENT ON COLUMN staging_events.user_id IS 'User of the app; null when logged out (delivered as an empty string).';
COMMENT ON COLUMN staging_events.log_date IS 'The day in the name of the file this row came from: its partition.';
