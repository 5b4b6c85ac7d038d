-- Small, and no table joins it: distribution and sort order do not matter.
CREATE TABLE top_songs (
    song_id VARCHAR(32) NOT NULL,
    title VARCHAR(1024) NOT NULL,
    artist VARCHAR(1024) NOT NULL,
    plays BIGINT,
    PRIMARY KEY (song_id)
) DISTSTYLE ALL;
COMMENT ON TABLE top_songs IS 'The twenty songs of the catalogue with most plays, all days together; equal counts: the smaller song_id first. Only plays that match a song count.';
COMMENT ON COLUMN top_songs.song_id IS 'The song.';
COMMENT ON COLUMN top_songs.title IS 'Its title in the catalogue.';
COMMENT ON COLUMN top_songs.artist IS 'Name of its artist in the catalogue.';
COMMENT ON COLUMN top_songs.plays IS 'Times it was played.';
