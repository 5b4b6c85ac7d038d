-- made

CREATE TABLE "top_song_names" (
  "song" VARCHAR(1024) NOT NULL,
  "artist" VARCHAR(1024) NOT NULL,
  "plays" BIGINT,
  PRIMARY KEY ("song", "artist")
)
DISTSTYLE ALL;
COMMENT ON TABLE "top_song_names" IS 'The twenty songs with most plays by the names the app sent (repaired), in the catalogue or not, all days together; equal counts: in the order of song and artist. Plays without both names do not count.';
COMMENT ON COLUMN "top_song_names"."song" IS 'Title as the app sent it, repaired.';
COMMENT ON COLUMN "top_song_names"."artist" IS 'Artist as the app sent it, repaired.';
COMMENT ON COLUMN "top_song_names"."plays" IS 'Times it was played.';

-- rebuilt

DELETE FROM "top_song_names";

INSERT INTO "top_song_names" (
  "song",
  "artist",
  "plays"
)
SELECT
  "song_days"."song" AS "song",
  "song_days"."artist" AS "artist",
  SUM("song_days"."plays") AS "plays"
FROM "song_days" AS "song_days"
WHERE
  NOT "song_days"."song" IS NULL AND NOT "song_days"."artist" IS NULL
GROUP BY
  "song_days"."song",
  "song_days"."artist"
ORDER BY
  "plays" DESC,
  "song",
  "artist"
LIMIT 20;
