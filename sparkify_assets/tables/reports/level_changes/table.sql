-- Small, and no table joins it: distribution and sort order do not matter.
CREATE TABLE level_changes (
    user_id INTEGER NOT NULL,
    changed_at TIMESTAMP NOT NULL,
    from_level VARCHAR(16),
    to_level VARCHAR(16),
    plays_before BIGINT,
    plays_after BIGINT,
    PRIMARY KEY (user_id, changed_at)
) DISTSTYLE ALL;
COMMENT ON TABLE level_changes IS 'Each change of the subscription of a user, and what they played in the seven days (168 hours) before and after; where the logs begin or end within those, there is less to count. From or to a level that the plays do not tell is a change, too.';
COMMENT ON COLUMN level_changes.user_id IS 'The user.';
COMMENT ON COLUMN level_changes.changed_at IS 'Their first play at the new level, UTC.';
COMMENT ON COLUMN level_changes.from_level IS 'Subscription before; null where the plays did not tell it.';
COMMENT ON COLUMN level_changes.to_level IS 'Subscription after; likewise.';
COMMENT ON COLUMN level_changes.plays_before IS 'Songs played in the 168 hours before changed_at.';
COMMENT ON COLUMN level_changes.plays_after IS 'Songs played in the 168 hours from changed_at on, the first one included.';
