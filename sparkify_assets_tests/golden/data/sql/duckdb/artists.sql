-- made

CREATE TABLE "artists" (
  "artist_id" TEXT(32) NOT NULL CHECK (STRLEN("artist_id") <= 32),
  "name" TEXT(1024) NOT NULL CHECK (STRLEN("name") <= 1024),
  "location" TEXT(1024) CHECK (STRLEN("location") <= 1024),
  "latitude" DOUBLE,
  "longitude" DOUBLE,
  "song_prefix" TEXT(1) NOT NULL CHECK (STRLEN("song_prefix") <= 1)
);
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
WITH "sparkify_temporary_keys_of_several_rows" AS (
  SELECT
    RTRIM("staging_songs"."artist_id", ' ') AS "key_0",
    MIN(CASE WHEN "staging_songs"."artist_latitude" IS NULL OR "staging_songs"."artist_longitude" IS NULL THEN 1 ELSE 0 END) AS "best"
  FROM "staging_songs" AS "staging_songs"
  GROUP BY
    RTRIM("staging_songs"."artist_id", ' ')
  HAVING
    COUNT(*) > 1
)
SELECT
  RTRIM("staging_songs"."artist_id", ' ') AS "artist_id",
  "staging_songs"."artist_name" AS "name",
  "staging_songs"."artist_location" AS "location",
  "staging_songs"."artist_latitude" AS "latitude",
  "staging_songs"."artist_longitude" AS "longitude",
  "staging_songs"."song_prefix" AS "song_prefix"
FROM "staging_songs" AS "staging_songs"
WHERE
  NOT EXISTS(
    SELECT
      1
    FROM "sparkify_temporary_keys_of_several_rows"
    WHERE
      RTRIM("staging_songs"."artist_id", ' ') IS NOT DISTINCT FROM "sparkify_temporary_keys_of_several_rows"."key_0"
  )
UNION ALL
SELECT
  RTRIM("staging_songs"."artist_id", ' ') AS "artist_id",
  "staging_songs"."artist_name" AS "name",
  "staging_songs"."artist_location" AS "location",
  "staging_songs"."artist_latitude" AS "latitude",
  "staging_songs"."artist_longitude" AS "longitude",
  "staging_songs"."song_prefix" AS "song_prefix"
FROM "staging_songs" AS "staging_songs"
INNER JOIN "sparkify_temporary_keys_of_several_rows"
  ON RTRIM("staging_songs"."artist_id", ' ') IS NOT DISTINCT FROM "sparkify_temporary_keys_of_several_rows"."key_0"
WHERE
  (
    CASE WHEN "staging_songs"."artist_latitude" IS NULL OR "staging_songs"."artist_longitude" IS NULL THEN 1 ELSE 0 END = "sparkify_temporary_keys_of_several_rows"."best"
    OR CASE WHEN "staging_songs"."artist_latitude" IS NULL OR "staging_songs"."artist_longitude" IS NULL THEN 1 ELSE 0 END IS NULL
  )
  AND EXISTS(
    SELECT
      1
    FROM "sparkify_temporary_keys_of_several_rows"
    WHERE
      RTRIM("staging_songs"."artist_id", ' ') IS NOT DISTINCT FROM "sparkify_temporary_keys_of_several_rows"."key_0"
  )
QUALIFY
  ROW_NUMBER() OVER (
    PARTITION BY RTRIM("staging_songs"."artist_id", ' ')
    ORDER BY CASE WHEN "staging_songs"."artist_latitude" IS NULL OR "staging_songs"."artist_longitude" IS NULL THEN 1 ELSE 0 END, CASE WHEN NULLIF(RTRIM("staging_songs"."artist_location", ' '), '') IS NULL THEN 1 ELSE 0 END, COALESCE("staging_songs"."year", 0) DESC NULLS FIRST, RTRIM("staging_songs"."song_id", ' '), RTRIM("staging_songs"."artist_name", ' '), RTRIM("staging_songs"."artist_location", ' '), "staging_songs"."artist_latitude", "staging_songs"."artist_longitude", "staging_songs"."song_prefix", STRLEN("staging_songs"."artist_name"), STRLEN("staging_songs"."artist_location")
  ) = 1;

SELECT
  "song_prefix",
  COUNT(*)
FROM "artists"
GROUP BY
  "song_prefix";

-- refreshed for two partitions

CREATE TEMPORARY TABLE "sparkify_temporary_touched_keys" (
  "artist_id" TEXT(32)
);

INSERT INTO "sparkify_temporary_touched_keys" (
  "artist_id"
)
SELECT
  "artist_id"
FROM "artists"
WHERE
  "song_prefix" IN (CAST(? AS TEXT(1)), CAST(? AS TEXT(1)))
UNION
SELECT
  RTRIM("staging_songs"."artist_id", ' ') AS "artist_id"
FROM "staging_songs" AS "staging_songs"
WHERE
  "staging_songs"."song_prefix" IN (CAST(? AS TEXT(1)), CAST(? AS TEXT(1)));

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
  RTRIM("staging_songs"."artist_id", ' ') AS "artist_id",
  "staging_songs"."artist_name" AS "name",
  "staging_songs"."artist_location" AS "location",
  "staging_songs"."artist_latitude" AS "latitude",
  "staging_songs"."artist_longitude" AS "longitude",
  "staging_songs"."song_prefix" AS "song_prefix"
FROM "staging_songs" AS "staging_songs"
INNER JOIN "sparkify_temporary_touched_keys"
  ON RTRIM("staging_songs"."artist_id", ' ') = "sparkify_temporary_touched_keys"."artist_id"
WHERE
  "staging_songs"."song_prefix" IN (CAST(? AS TEXT(1)), CAST(? AS TEXT(1)))
QUALIFY
  ROW_NUMBER() OVER (
    PARTITION BY RTRIM("staging_songs"."artist_id", ' ')
    ORDER BY CASE WHEN "staging_songs"."artist_latitude" IS NULL OR "staging_songs"."artist_longitude" IS NULL THEN 1 ELSE 0 END, CASE WHEN NULLIF(RTRIM("staging_songs"."artist_location", ' '), '') IS NULL THEN 1 ELSE 0 END, COALESCE("staging_songs"."year", 0) DESC NULLS FIRST, RTRIM("staging_songs"."song_id", ' '), RTRIM("staging_songs"."artist_name", ' '), RTRIM("staging_songs"."artist_location", ' '), "staging_songs"."artist_latitude", "staging_songs"."artist_longitude", "staging_songs"."song_prefix", STRLEN("staging_songs"."artist_name"), STRLEN("staging_songs"."artist_location")
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
