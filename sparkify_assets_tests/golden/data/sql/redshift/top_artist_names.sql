-- made

CREATE TABLE "top_artist_names" (
  "artist" VARCHAR(1024) NOT NULL,
  "plays" BIGINT,
  PRIMARY KEY ("artist")
)
DISTSTYLE ALL;
COMMENT ON TABLE "top_artist_names" IS 'The twenty artists with most plays by the name the app sent (repaired), in the catalogue or not, all days together; equal counts: in the order of names. Plays without a name do not count.';
COMMENT ON COLUMN "top_artist_names"."artist" IS 'Artist as the app sent it, repaired.';
COMMENT ON COLUMN "top_artist_names"."plays" IS 'Times a song of theirs was played.';

-- rebuilt

DELETE FROM "top_artist_names";

INSERT INTO "top_artist_names" (
  "artist",
  "plays"
)
SELECT
  "song_days"."artist" AS "artist",
  SUM("song_days"."plays") AS "plays"
FROM "song_days" AS "song_days"
WHERE
  NOT "song_days"."artist" IS NULL
GROUP BY
  "song_days"."artist"
ORDER BY
  "plays" DESC,
  "artist"
LIMIT 20;
