-- Every record of the song catalogue, as delivered.
-- Distribution EVEN: whole partitions are read.  Sorted by song_prefix: loads and refreshes filter by prefix.
CREATE TABLE staging_songs (
    num_songs INTEGER,
    artist_id VARCHAR(32) NOT NULL,
    artist_latitude DOUBLE PRECISION,
    artist_longitude DOUBLE PRECISION,
    artist_location VARCHAR(1024),
    artist_name VARCHAR(1024) NOT NULL,
    song_id VARCHAR(32) NOT NULL,
    title VARCHAR(1024) NOT NULL,
    duration DOUBLE PRECISION,
    year INTEGER,
    song_prefix VARCHAR(1) NOT NULL
) DISTSTYLE EVEN SORTKEY (song_prefix);
COMMENT ON TABLE staging_songs IS 'Song catalogue as delivered: one row a record of the song files, duplicates included.';
COMMENT ON COLUMN staging_songs.num_songs IS 'Songs in the record; always 1.';
COMMENT ON COLUMN staging_songs.artist_id IS 'Artist of the song.';
COMMENT ON COLUMN staging_songs.artist_latitude IS 'Latitude of the artist, degrees north; often unknown.';
COMMENT ON COLUMN staging_songs.artist_longitude IS 'Longitude of the artist, degrees east; often unknown.';
COMMENT ON COLUMN staging_songs.artist_location IS 'Place of the artist in words; often empty.';
COMMENT ON COLUMN staging_songs.artist_name IS 'Name of the artist as credited on this song; one artist_id may have several.';
COMMENT ON COLUMN staging_songs.song_id IS 'The song.';
COMMENT ON COLUMN staging_songs.title IS 'Title of the song.';
COMMENT ON COLUMN staging_songs.duration IS 'Length of the song in seconds.';
COMMENT ON COLUMN staging_songs.year IS 'Year of release; 0 where unknown.';
COMMENT ON COLUMN staging_songs.song_prefix IS 'First folder below song_data of the file this row came from: its partition.';
