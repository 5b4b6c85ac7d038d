-- Small, and no table joins it: distribution and sort order do not matter.
CREATE TABLE top_artists (
    artist_id VARCHAR(32) NOT NULL,
    name VARCHAR(1024) NOT NULL,
    plays BIGINT,
    PRIMARY KEY (artist_id)
) DISTSTYLE ALL;
COMMENT ON TABLE top_artists IS 'The twenty artists of the catalogue with most plays, all days together; equal counts: the smaller artist_id first. Only plays that match a song count.';
COMMENT ON COLUMN top_artists.artist_id IS 'The artist.';
COMMENT ON COLUMN top_artists.name IS 'Name in the catalogue.';
COMMENT ON COLUMN top_artists.plays IS 'Times a song of theirs was played.';
