-- Distributed by session_id, as staging_events and songplays are: deduplication, and the plays that are read from it, need no
-- redistribution.  Sorted by event_time: analysts query ranges of it, and a refresh reads the range of the affected events.
-- user_id refers to nothing: users has those who played, and not every user did.
CREATE TABLE page_views (
    page_view_id BIGINT NOT NULL,
    event_time TIMESTAMP NOT NULL,
    user_id INTEGER,
    level VARCHAR(16),
    page VARCHAR(64) NOT NULL,
    method VARCHAR(16),
    status INTEGER,
    auth VARCHAR(32),
    session_id INTEGER NOT NULL,
    item_in_session INTEGER NOT NULL,
    location VARCHAR(512),
    user_agent VARCHAR(1024),
    registered_at TIMESTAMP,
    song VARCHAR(1024),
    artist VARCHAR(1024),
    length DOUBLE PRECISION,
    log_date DATE NOT NULL,
    UNIQUE (user_id, session_id, item_in_session, event_time)
) DISTSTYLE KEY DISTKEY (session_id) SORTKEY (event_time);
COMMENT ON TABLE page_views IS 'One row an event of any page, of a known user or not, however often it was delivered.';
COMMENT ON COLUMN page_views.page_view_id IS 'A number for the event: 60 bits of the MD5 of its natural key (user or none, session, item in session, time), so the same at every reload and on every engine; a play has it as songplay_id.';
COMMENT ON COLUMN page_views.event_time IS 'When the event happened, UTC, to the millisecond.';
COMMENT ON COLUMN page_views.user_id IS 'Whose event it is; null where nobody was logged in. Not everybody has played, so some are not in users.';
COMMENT ON COLUMN page_views.level IS 'Subscription at the time: free or paid.';
COMMENT ON COLUMN page_views.page IS 'Page of the app; NextSong is a play.';
COMMENT ON COLUMN page_views.method IS 'HTTP method of the request.';
COMMENT ON COLUMN page_views.status IS 'HTTP status of the response; from 400 an error.';
COMMENT ON COLUMN page_views.auth IS 'Logged In, Logged Out, Cancelled or Guest.';
COMMENT ON COLUMN page_views.session_id IS 'Session of the app; it uses a number again after some time.';
COMMENT ON COLUMN page_views.item_in_session IS 'Number of the event in its session, as the app counts.';
COMMENT ON COLUMN page_views.location IS 'Place of the user at the time.';
COMMENT ON COLUMN page_views.user_agent IS 'Browser, as it calls itself.';
COMMENT ON COLUMN page_views.registered_at IS 'When the user registered, UTC, to the millisecond; null where the event does not say, or says no time from 1970 to 2099.';
COMMENT ON COLUMN page_views.song IS 'Audit: title as the app sent it, which it does for the page NextSong.';
COMMENT ON COLUMN page_views.artist IS 'Audit: artist as the app sent it, likewise.';
COMMENT ON COLUMN page_views.length IS 'Audit: length of the song in seconds as the app sent it, likewise.';
COMMENT ON COLUMN page_views.log_date IS 'Audit: the day of the file from which the row was taken.';
