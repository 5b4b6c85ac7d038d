-- Small, and no table joins it: distribution and sort order do not matter.
CREATE TABLE top_song_names (
    song VARCHAR(1024) NOT NULL,
    artist VARCHAR(1024) NOT NULL,
    plays BIGINT,
    PRIMARY KEY (song, artist)
) DISTSTYLE ALL;
COMMENT ON TABLE top_song_names IS 'The twenty songs with most plays by the names the app sent (repaired), in the catalogue or not, all days together; equal counts: in the order of song and artist. Plays without both names do not count.';
COMMENT ON COLUMN top_song_names.song IS 'Title as the app sent it, repaired.';
COMMENT ON COLUMN top_song_names.artist IS 'Artist as the app sent it, repaired.';
COMMENT ON COLUMN top_song_names.plays IS 'Times it was played.';
