-- DISTSTYLE ALL: small, joined by user.  Sorted as it is queried: by user, then by time.
-- Not partitioned: a level may last for several days, so the rows of a day depend on other days.
CREATE TABLE user_levels (
    user_id INTEGER NOT NULL REFERENCES users (user_id),
    valid_from TIMESTAMP NOT NULL,
    valid_to TIMESTAMP,
    level VARCHAR(16),
    PRIMARY KEY (user_id, valid_from)
) DISTSTYLE ALL SORTKEY (user_id, valid_from);
COMMENT ON TABLE user_levels IS 'History of the subscription of each user, as their plays show it by event time: valid_from <= moment < valid_to. One row each time it is another than before.';
COMMENT ON COLUMN user_levels.user_id IS 'The user.';
COMMENT ON COLUMN user_levels.valid_from IS 'The first play at this level, UTC.';
COMMENT ON COLUMN user_levels.valid_to IS 'The first play at the next level, UTC; null where this one lasts.';
COMMENT ON COLUMN user_levels.level IS 'Subscription: free or paid; null where their plays do not tell it (null or blank), which ends the level before.';
