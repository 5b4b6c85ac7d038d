-- made

CREATE TABLE "artists" (
  "artist_id" VARCHAR(32) NOT NULL,
  "name" VARCHAR(1024) NOT NULL,
  "location" VARCHAR(1024),
  "latitude" DOUBLE PRECISION,
  "longitude" DOUBLE PRECISION,
  "song_prefix" VARCHAR(1) NOT NULL,
  PRIMARY KEY ("artist_id")
)
DISTSTYLE ALL
SORTKEY("artist_id");
COMMENT ON TABLE "artists" IS 'One row an artist: where records disagree, the one that knows most about the place, then of the newest song.';
COMMENT ON COLUMN "artists"."artist_id" IS 'The artist.';
COMMENT ON COLUMN "artists"."name" IS 'Name as credited on the chosen record.';
COMMENT ON COLUMN "artists"."location" IS 'Place in words; may be empty.';
COMMENT ON COLUMN "artists"."latitude" IS 'Degrees north; often unknown.';
COMMENT ON COLUMN "artists"."longitude" IS 'Degrees east; often unknown.';
COMMENT ON COLUMN "artists"."song_prefix" IS 'Audit: the prefix whose file holds the chosen record.';

-- rebuilt

SELECT
  "song_prefix",
  COUNT(*)
FROM "artists"
GROUP BY
  "song_prefix";

DELETE FROM "artists";

INSERT INTO "artists" (
  "artist_id",
  "name",
  "location",
  "latitude",
  "longitude",
  "song_prefix"
)
SELECT
  RTRIM("staging_songs"."artist_id") AS "artist_id",
  "staging_songs"."artist_name" AS "name",
  "staging_songs"."artist_location" AS "location",
  "staging_songs"."artist_latitude" AS "latitude",
  "staging_songs"."artist_longitude" AS "longitude",
  "staging_songs"."song_prefix" AS "song_prefix"
FROM "staging_songs" AS "staging_songs"
QUALIFY
  ROW_NUMBER() OVER (
    PARTITION BY RTRIM("staging_songs"."artist_id")
    ORDER BY CASE WHEN "staging_songs"."artist_latitude" IS NULL OR "staging_songs"."artist_longitude" IS NULL THEN 1 ELSE 0 END, CASE WHEN NULLIF(RTRIM("staging_songs"."artist_location"), '') IS NULL THEN 1 ELSE 0 END, COALESCE("staging_songs"."year", 0) DESC, RTRIM("staging_songs"."song_id"), RTRIM("staging_songs"."artist_name"), RTRIM("staging_songs"."artist_location"), "staging_songs"."artist_latitude", "staging_songs"."artist_longitude", "staging_songs"."song_prefix", OCTET_LENGTH("staging_songs"."artist_name"), OCTET_LENGTH("staging_songs"."artist_location")
  ) = 1;

SELECT
  "song_prefix",
  COUNT(*)
FROM "artists"
GROUP BY
  "song_prefix";

-- refreshed for two partitions

CREATE TEMPORARY TABLE "sparkify_temporary_touched_keys" (
  "artist_id" VARCHAR(32)
);

INSERT INTO "sparkify_temporary_touched_keys" (
  "artist_id"
)
SELECT
  "artist_id"
FROM "artists"
WHERE
  "song_prefix" IN (CAST(? AS VARCHAR(1)), CAST(? AS VARCHAR(1)))
UNION
SELECT
  RTRIM("staging_songs"."artist_id") AS "artist_id"
FROM "staging_songs" AS "staging_songs"
WHERE
  "staging_songs"."song_prefix" IN (CAST(? AS VARCHAR(1)), CAST(? AS VARCHAR(1)));

SELECT
  "artists"."song_prefix",
  COUNT(*)
FROM "artists"
INNER JOIN "sparkify_temporary_touched_keys"
  ON "artists"."artist_id" = "sparkify_temporary_touched_keys"."artist_id"
GROUP BY
  "artists"."song_prefix";

DELETE FROM "artists" USING   "sparkify_temporary_touched_keys"
WHERE
  "artists"."artist_id" = "sparkify_temporary_touched_keys"."artist_id";

INSERT INTO "artists" (
  "artist_id",
  "name",
  "location",
  "latitude",
  "longitude",
  "song_prefix"
)
SELECT
  RTRIM("staging_songs"."artist_id") AS "artist_id",
  "staging_songs"."artist_name" AS "name",
  "staging_songs"."artist_location" AS "location",
  "staging_songs"."artist_latitude" AS "latitude",
  "staging_songs"."artist_longitude" AS "longitude",
  "staging_songs"."song_prefix" AS "song_prefix"
FROM "staging_songs" AS "staging_songs"
INNER JOIN "sparkify_temporary_touched_keys"
  ON RTRIM("staging_songs"."artist_id") = "sparkify_temporary_touched_keys"."artist_id"
WHERE
  "staging_songs"."song_prefix" IN (CAST(? AS VARCHAR(1)), CAST(? AS VARCHAR(1)))
QUALIFY
  ROW_NUMBER() OVER (
    PARTITION BY RTRIM("staging_songs"."artist_id")
    ORDER BY CASE WHEN "staging_songs"."artist_latitude" IS NULL OR "staging_songs"."artist_longitude" IS NULL THEN 1 ELSE 0 END, CASE WHEN NULLIF(RTRIM("staging_songs"."artist_location"), '') IS NULL THEN 1 ELSE 0 END, COALESCE("staging_songs"."year", 0) DESC, RTRIM("staging_songs"."song_id"), RTRIM("staging_songs"."artist_name"), RTRIM("staging_songs"."artist_location"), "staging_songs"."artist_latitude", "staging_songs"."artist_longitude", "staging_songs"."song_prefix", OCTET_LENGTH("staging_songs"."artist_name"), OCTET_LENGTH("staging_songs"."artist_location")
  ) = 1;

SELECT
  "artists"."song_prefix",
  COUNT(*)
FROM "artists"
INNER JOIN "sparkify_temporary_touched_keys"
  ON "artists"."artist_id" = "sparkify_temporary_touched_keys"."artist_id"
GROUP BY
  "artists"."song_prefix";

DROP TABLE "sparkify_temporary_touched_keys";

SELECT
  COUNT(*)
FROM "artists";
