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
  RTRIM("songplays"."song") AS "song",
  RTRIM("songplays"."artist") AS "artist",
  COUNT(*) AS "plays"
FROM "songplays" AS "songplays"
WHERE
  RTRIM("songplays"."song") <> '' AND RTRIM("songplays"."artist") <> ''
GROUP BY
  RTRIM("songplays"."song"),
  RTRIM("songplays"."artist")
ORDER BY
  "plays" DESC,
  "song",
  "artist"
LIMIT 20;
