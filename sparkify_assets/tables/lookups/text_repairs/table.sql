-- Small, joined to every play and every song by its key, so each node keeps a copy.
CREATE TABLE text_repairs (
    original_text VARCHAR(1024) NOT NULL,
    repaired_text VARCHAR(3072),
    repair_method VARCHAR(1024) NOT NULL,
    kind VARCHAR(16) NOT NULL,
    PRIMARY KEY (original_text)
) DISTSTYLE ALL SORTKEY (original_text);
COMMENT ON TABLE text_repairs IS 'Artist and song names of staging that are matched otherwise than as delivered: decoded wrongly on their way (UTF-8 read as another encoding), or composed otherwise (Unicode NFD); and names that look broken. All others have no row.';
COMMENT ON COLUMN text_repairs.original_text IS 'The name as delivered, without trailing blanks.';
COMMENT ON COLUMN text_repairs.repaired_text IS 'The name as it is matched: repaired where that can be done with certainty, and composed (Unicode NFC, of up to three times the bytes); null where it is matched as delivered.';
COMMENT ON COLUMN text_repairs.repair_method IS 'What had happened to it, or why it cannot be told.';
COMMENT ON COLUMN text_repairs.kind IS 'repaired: decoded wrongly, and shown as repaired; broken: looks so, cannot be repaired, shown as delivered; normalized: sound, composed otherwise, shown as delivered.';
