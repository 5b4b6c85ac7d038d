-- Sorted by day: a refresh replaces days.  No primary key: names may be null.
-- Not partitioned: a play's day (UTC) is not always that of the file it came in.  A change of songplays recomputes the days it concerns.
CREATE TABLE song_days (
    day DATE NOT NULL,
    song VARCHAR(1024),
    artist VARCHAR(1024),
    song_id VARCHAR(32),
    artist_id VARCHAR(32),
    name_quality VARCHAR(16),
    match_method VARCHAR(16),
    plays BIGINT NOT NULL
) DISTSTYLE EVEN SORTKEY (day);
COMMENT ON TABLE song_days IS 'Aggregate of songplays, from which reports are computed: how often a song was played on a day (UTC).';
COMMENT ON COLUMN song_days.day IS 'Day of the plays, UTC.';
COMMENT ON COLUMN song_days.song IS 'Title as songplays has it; null where it is blank.';
COMMENT ON COLUMN song_days.artist IS 'Artist as songplays has it; null where it is blank.';
COMMENT ON COLUMN song_days.song_id IS 'The matched song; null where the catalogue has none.';
COMMENT ON COLUMN song_days.artist_id IS 'Artist of the matched song; null where the catalogue has none.';
COMMENT ON COLUMN song_days.name_quality IS 'Whether the names are as delivered, repaired, or broken.';
COMMENT ON COLUMN song_days.match_method IS 'By which names the song was found; null where the catalogue has none.';
COMMENT ON COLUMN song_days.plays IS 'Songs played.';
