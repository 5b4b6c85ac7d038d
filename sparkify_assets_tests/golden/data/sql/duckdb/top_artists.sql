-- made

CREATE TABLE "top_artists" (
  "artist_id" TEXT(32) NOT NULL CHECK (STRLEN("artist_id") <= 32),
  "name" TEXT(1024) NOT NULL CHECK (STRLEN("name") <= 1024),
  "plays" BIGINT
);
COMMENT ON TABLE "top_artists" IS 'The twenty artists of the catalogue with most plays, all days together; equal counts: the smaller artist_id first. Only plays that match a song count.';
COMMENT ON COLUMN "top_artists"."artist_id" IS 'The artist.';
COMMENT ON COLUMN "top_artists"."name" IS 'Name in the catalogue.';
COMMENT ON COLUMN "top_artists"."plays" IS 'Times a song of theirs was played.';

-- rebuilt

DELETE FROM "top_artists";

INSERT INTO "top_artists" (
  "artist_id",
  "name",
  "plays"
)
SELECT
  "p"."artist_id" AS "artist_id",
  "a"."name" AS "name",
  "p"."plays" AS "plays"
FROM (
  SELECT
    "song_days"."artist_id" AS "artist_id",
    SUM("song_days"."plays") AS "plays"
  FROM "song_days" AS "song_days"
  WHERE
    NOT "song_days"."artist_id" IS NULL
  GROUP BY
    "song_days"."artist_id"
) AS "p"
INNER JOIN "artists" AS "a"
  ON "p"."artist_id" = "a"."artist_id"
ORDER BY
  "p"."plays" DESC NULLS FIRST,
  "p"."artist_id"
LIMIT 20;
