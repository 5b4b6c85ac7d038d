-- DISTSTYLE ALL: changes rarely, and plays, which are distributed by session, join it.  Sorted by its key, which joins it.
CREATE TABLE songs (
    song_id VARCHAR(32) NOT NULL,
    title VARCHAR(1024) NOT NULL,
    artist_id VARCHAR(32) NOT NULL REFERENCES artists (artist_id),
    year INTEGER,
    duration DOUBLE PRECISION,
    song_prefix VARCHAR(1) NOT NULL,
    PRIMARY KEY (song_id)
) DISTSTYLE ALL SORTKEY (song_id);
COMMENT ON TABLE songs IS 'One row a song: where records disagree, the newest year wins.';
COMMENT ON COLUMN songs.song_id IS 'The song.';
COMMENT ON COLUMN songs.title IS 'Title.';
COMMENT ON COLUMN songs.artist_id IS 'Who recorded it.';
COMMENT ON COLUMN songs.year IS 'Year of release; 0 where unknown, as delivered.';
COMMENT ON COLUMN songs.duration IS 'Length in seconds.';
COMMENT ON COLUMN songs.song_prefix IS 'Audit: the prefix whose file holds the chosen record.';
