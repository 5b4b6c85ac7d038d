-- Small, and no table joins it: distribution and sort order do not matter.
CREATE TABLE listening_by_day (
    day DATE NOT NULL,
    listeners BIGINT,
    plays BIGINT,
    minutes DOUBLE PRECISION,
    minutes_per_listener DOUBLE PRECISION,
    plays_of_known_length BIGINT,
    plays_under_30_seconds BIGINT,
    plays_to_the_end BIGINT,
    share_under_30_seconds DOUBLE PRECISION,
    share_to_the_end DOUBLE PRECISION,
    PRIMARY KEY (day)
) DISTSTYLE ALL;
COMMENT ON TABLE listening_by_day IS 'How long people listen, by the day (UTC) on which the songs began: an estimate. A song is taken to be heard until its end, or until the next event of the same user in the same session, if that is earlier.';
COMMENT ON COLUMN listening_by_day.day IS 'Day on which the songs began, UTC; a day without a play has no row.';
COMMENT ON COLUMN listening_by_day.listeners IS 'Different users who played.';
COMMENT ON COLUMN listening_by_day.plays IS 'Songs played.';
COMMENT ON COLUMN listening_by_day.minutes IS 'Minutes heard, estimated; a song of unknown length counts none.';
COMMENT ON COLUMN listening_by_day.minutes_per_listener IS 'minutes / listeners.';
COMMENT ON COLUMN listening_by_day.plays_of_known_length IS 'Songs played whose length is known; the shares are of these.';
COMMENT ON COLUMN listening_by_day.plays_under_30_seconds IS 'Of these, songs heard for less than 30 seconds, because they were left or because they are shorter; fewer than that is commonly not counted as a stream.';
COMMENT ON COLUMN listening_by_day.plays_to_the_end IS 'Of these, songs heard to the end, or to its last second.';
COMMENT ON COLUMN listening_by_day.share_under_30_seconds IS 'plays_under_30_seconds / plays_of_known_length, 0 to 1; null where no length is known.';
COMMENT ON COLUMN listening_by_day.share_to_the_end IS 'plays_to_the_end / plays_of_known_length, 0 to 1; likewise.';
