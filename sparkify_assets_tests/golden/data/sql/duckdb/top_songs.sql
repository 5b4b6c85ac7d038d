-- made

CREATE TABLE "top_songs" (
  "song_id" TEXT(32) NOT NULL CHECK (STRLEN("song_id") <= 32),
  "title" TEXT(1024) NOT NULL CHECK (STRLEN("title") <= 1024),
  "artist" TEXT(1024) NOT NULL CHECK (STRLEN("artist") <= 1024),
  "plays" BIGINT
);
COMMENT ON TABLE "top_songs" IS 'The twenty songs of the catalogue with most plays, all days together; equal counts: the smaller song_id first. Only plays that match a song count.';
COMMENT ON COLUMN "top_songs"."song_id" IS 'The song.';
COMMENT ON COLUMN "top_songs"."title" IS 'Its title in the catalogue.';
COMMENT ON COLUMN "top_songs"."artist" IS 'Name of its artist in the catalogue.';
COMMENT ON COLUMN "top_songs"."plays" IS 'Times it was played.';

-- rebuilt

DELETE FROM "top_songs";

INSERT INTO "top_songs" (
  "song_id",
  "title",
  "artist",
  "plays"
)
SELECT
  "p"."song_id" AS "song_id",
  "s"."title" AS "title",
  "a"."name" AS "artist",
  "p"."plays" AS "plays"
FROM (
  SELECT
    "song_days"."song_id" AS "song_id",
    SUM("song_days"."plays") AS "plays"
  FROM "song_days" AS "song_days"
  WHERE
    NOT "song_days"."song_id" IS NULL
  GROUP BY
    "song_days"."song_id"
) AS "p"
INNER JOIN "songs" AS "s"
  ON "p"."song_id" = "s"."song_id"
INNER JOIN "artists" AS "a"
  ON "s"."artist_id" = "a"."artist_id"
ORDER BY
  "p"."plays" DESC NULLS FIRST,
  "p"."song_id"
LIMIT 20;
