-- Distributed by session_id, as staging_events is: it is in the natural key, so plays and their events lie on the same slice, and it has
-- many values of similar frequency (not song_id: plays without a song, nearly all of the published data, would lie on one slice).
-- Sorted by start_time: analysts query ranges of it, and a refresh reads the range of the affected plays.
CREATE TABLE songplays (
    songplay_id BIGINT NOT NULL,
    start_time TIMESTAMP NOT NULL REFERENCES time (start_time),
    user_id INTEGER NOT NULL REFERENCES users (user_id),
    level VARCHAR(16),
    song_id VARCHAR(32) REFERENCES songs (song_id),
    artist_id VARCHAR(32) REFERENCES artists (artist_id),
    session_id INTEGER NOT NULL,
    location VARCHAR(512),
    user_agent VARCHAR(1024),
    song VARCHAR(1024),
    artist VARCHAR(1024),
    name_quality VARCHAR(16),
    match_method VARCHAR(16),
    item_in_session INTEGER NOT NULL,
    log_date DATE NOT NULL,
    PRIMARY KEY (user_id, session_id, item_in_session, start_time)
) DISTSTYLE KEY DISTKEY (session_id) SORTKEY (start_time);
COMMENT ON TABLE songplays IS 'One row a song played by a user, however often the event was delivered.';
COMMENT ON COLUMN songplays.songplay_id IS 'A number for the play: 60 bits of the MD5 of its natural key (user, session, item in session, time), so the same at every reload and on every engine. No PRIMARY KEY, which the planner would trust; the check page_view_id_is_unique tells two plays that share one.';
COMMENT ON COLUMN songplays.start_time IS 'When the play began, UTC, to the millisecond.';
COMMENT ON COLUMN songplays.user_id IS 'Who played it.';
COMMENT ON COLUMN songplays.level IS 'Subscription at the time: free or paid.';
COMMENT ON COLUMN songplays.song_id IS 'The song of that title and artist name nearest in length, then of the smallest song_id; null where the catalogue has none, or a name is blank.';
COMMENT ON COLUMN songplays.artist_id IS 'Artist of the matched song; null where the catalogue has none.';
COMMENT ON COLUMN songplays.session_id IS 'Session of the app.';
COMMENT ON COLUMN songplays.location IS 'Place of the user at the time.';
COMMENT ON COLUMN songplays.user_agent IS 'Browser, as it calls itself.';
COMMENT ON COLUMN songplays.song IS 'Audit: title as the app sent it, repaired where that can be done with certainty (text_repairs).';
COMMENT ON COLUMN songplays.artist IS 'Audit: artist as the app sent it, repaired likewise.';
COMMENT ON COLUMN songplays.name_quality IS 'Audit: repaired where one of the two names was; broken where one looks so and cannot be repaired; else delivered.';
COMMENT ON COLUMN songplays.match_method IS 'Audit: by which the song was found: delivered names, repaired names, or normalized names (the same letters, composed otherwise in Unicode); null where the catalogue has none.';
COMMENT ON COLUMN songplays.item_in_session IS 'Audit: number of the event in its session, as the app counts.';
COMMENT ON COLUMN songplays.log_date IS 'Audit: the day whose file holds the event as it is told here.';
