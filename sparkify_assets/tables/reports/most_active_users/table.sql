-- Five rows: distribution and sort order do not matter.
CREATE TABLE most_active_users (
    first_name VARCHAR(256),
    last_name VARCHAR(256),
    plays BIGINT NOT NULL
) DISTSTYLE ALL;
COMMENT ON TABLE most_active_users IS 'The five users with most plays, all days together; equal counts: the smaller user_id first.';
COMMENT ON COLUMN most_active_users.first_name IS 'First name; null where it is not known.';
COMMENT ON COLUMN most_active_users.last_name IS 'Last name; likewise.';
COMMENT ON COLUMN most_active_users.plays IS 'Songs played.';
