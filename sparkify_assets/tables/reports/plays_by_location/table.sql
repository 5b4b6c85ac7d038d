-- Small, and no table joins it: distribution and sort order do not matter.
CREATE TABLE plays_by_location (
    location VARCHAR(512) NOT NULL,
    plays BIGINT,
    users BIGINT,
    PRIMARY KEY (location)
) DISTSTYLE ALL;
COMMENT ON TABLE plays_by_location IS 'Plays by place of the user at the time, all days together: every place that has any.';
COMMENT ON COLUMN plays_by_location.location IS 'Metropolitan area and states, as the app sent it; unknown where it sent none.';
COMMENT ON COLUMN plays_by_location.plays IS 'Songs played there.';
COMMENT ON COLUMN plays_by_location.users IS 'Different users who played them.';
