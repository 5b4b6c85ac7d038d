-- DISTSTYLE ALL: small, and every report joins it, so each node keeps a copy.  Sorted by its key, which joins use.
CREATE TABLE users ( -- noqa: PRS
    user_id INTEGER NOT NULL,
    first_name VARCHAR(256),
    last_name VARCHAR(256),
    gender VARCHAR(8),
    level VARCHAR(16) CHECK (level IN ('free', 'paid')),
    log_date DATE NOT NULL,
    PRIMARY KEY (user_id)
) DISTSTYLE ALL SORTKEY (user_id);
COMMENT ON TABLE users IS 'Those who played a song; attributes and level from their latest play by event time.';
COMMENT ON COLUMN users.user_id IS 'The user.';
COMMENT ON COLUMN users.first_name IS 'First name.';
COMMENT ON COLUMN users.last_name IS 'Last name.';
COMMENT ON COLUMN users.gender IS 'F or M, as registered.';
COMMENT ON COLUMN users.level IS 'Subscription at the latest play: free or paid.';
COMMENT ON COLUMN users.log_date IS 'Audit: the day whose file holds the latest play.';
