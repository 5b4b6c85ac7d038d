-- Small, and no table joins it: distribution and sort order do not matter.
CREATE TABLE top_artist_names (
    artist VARCHAR(1024) NOT NULL,
    plays BIGINT,
    PRIMARY KEY (artist)
) DISTSTYLE ALL;
COMMENT ON TABLE top_artist_names IS 'The twenty artists with most plays by the name the app sent (repaired), in the catalogue or not, all days together; equal counts: in the order of names. Plays without a name do not count.';
COMMENT ON COLUMN top_artist_names.artist IS 'Artist as the app sent it, repaired.';
COMMENT ON COLUMN top_artist_names.plays IS 'Times a song of theirs was played.';
