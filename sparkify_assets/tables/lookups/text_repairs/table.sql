-- Small, joined to every play and every song by its key, so each node keeps a copy.
CREATE TABLE text_repairs (
    broken VARCHAR(1024) NOT NULL,
    repaired VARCHAR(1024),
    how VARCHAR(1024) NOT NULL,
    PRIMARY KEY (broken)
) DISTSTYLE ALL SORTKEY (broken);
COMMENT ON TABLE text_repairs IS 'Artist and song names of staging that were decoded wrongly on their way (UTF-8 read as another encoding), and what they are; names that need no repair have no row.';
COMMENT ON COLUMN text_repairs.broken IS 'The name as delivered, without trailing blanks.';
COMMENT ON COLUMN text_repairs.repaired IS 'The name repaired; null where that cannot be done with certainty, and the name stays as it is.';
COMMENT ON COLUMN text_repairs.how IS 'What had happened to it, or why it cannot be told.';
