-- Distributed by its key, not to every node: it has nearly as many rows as songplays.  Sorted by it: analysts query ranges.
CREATE TABLE time (
    start_time TIMESTAMP NOT NULL,
    hour INTEGER NOT NULL,
    day INTEGER NOT NULL,
    week INTEGER NOT NULL,
    month INTEGER NOT NULL,
    year INTEGER NOT NULL,
    weekday INTEGER NOT NULL,
    log_date DATE NOT NULL,
    PRIMARY KEY (start_time)
) DISTSTYLE KEY DISTKEY (start_time) SORTKEY (start_time);
COMMENT ON TABLE time IS 'One row each distinct start of a play, taken apart; all in UTC.';
COMMENT ON COLUMN time.start_time IS 'When a play began, UTC, to the millisecond.';
COMMENT ON COLUMN time.hour IS 'Hour of the day, 0 to 23.';
COMMENT ON COLUMN time.day IS 'Day of the month, 1 to 31.';
COMMENT ON COLUMN time.week IS 'ISO week, 1 to 53; the first days of January may belong to week 52 or 53.';
COMMENT ON COLUMN time.month IS 'Month, 1 to 12.';
COMMENT ON COLUMN time.year IS 'Calendar year (not the ISO year).';
COMMENT ON COLUMN time.weekday IS 'Day of the week, 0 = Sunday to 6 = Saturday.';
COMMENT ON COLUMN time.log_date IS 'Audit: the earliest day whose plays began then.';
