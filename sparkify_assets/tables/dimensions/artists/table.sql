-- DISTSTYLE ALL: changes rarely, and both songs and plays join it.  Sorted by its key, which joins use.
CREATE TABLE artists (
    artist_id VARCHAR(32) NOT NULL,
    name VARCHAR(1024) NOT NULL,
    location VARCHAR(1024),
    latitude DOUBLE PRECISION,
    longitude DOUBLE PRECISION,
    song_prefix VARCHAR(1) NOT NULL,
    PRIMARY KEY (artist_id)
) DISTSTYLE ALL SORTKEY (artist_id);
COMMENT ON TABLE artists IS 'One row an artist: where records disagree, the one that knows most about the place, then of the newest song.';
COMMENT ON COLUMN artists.artist_id IS 'The artist.';
COMMENT ON COLUMN artists.name IS 'Name as credited on the chosen record.';
COMMENT ON COLUMN artists.location IS 'Place in words; may be empty.';
COMMENT ON COLUMN artists.latitude IS 'Degrees north; often unknown.';
COMMENT ON COLUMN artists.longitude IS 'Degrees east; often unknown.';
COMMENT ON COLUMN artists.song_prefix IS 'Audit: the prefix whose file holds the chosen record.';
