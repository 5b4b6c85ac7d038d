-- primary_key (error): No two rows have the same artist_id.

SELECT
  "every_row"."artist_id" AS "artist_id",
  COUNT(*) AS "rows_with_it"
FROM "artists" AS "every_row"
GROUP BY
  "every_row"."artist_id"
HAVING
  COUNT(*) > 1;

-- primary_key, of two partitions

SELECT
  "every_row"."artist_id" AS "artist_id",
  COUNT(*) AS "rows_with_it"
FROM "artists" AS "every_row"
INNER JOIN (
  SELECT DISTINCT
    "artist_id"
  FROM "artists"
  WHERE
    "song_prefix" IN (CAST(? AS TEXT(1)), CAST(? AS TEXT(1)))
) AS "asked"
  ON "every_row"."artist_id" = "asked"."artist_id"
GROUP BY
  "every_row"."artist_id"
HAVING
  COUNT(*) > 1;

-- artist_id_not_null (error): artist_id is never null.

SELECT
  "artists"."artist_id" AS "artist_id",
  "artists"."name" AS "name",
  "artists"."location" AS "location",
  "artists"."latitude" AS "latitude",
  "artists"."longitude" AS "longitude",
  "artists"."song_prefix" AS "song_prefix"
FROM "artists" AS "artists"
WHERE
  "artists"."artist_id" IS NULL;

-- artist_id_not_null, of two partitions

SELECT
  "artists"."artist_id" AS "artist_id",
  "artists"."name" AS "name",
  "artists"."location" AS "location",
  "artists"."latitude" AS "latitude",
  "artists"."longitude" AS "longitude",
  "artists"."song_prefix" AS "song_prefix"
FROM (
  SELECT
    *
  FROM "artists"
  WHERE
    "song_prefix" IN (CAST(? AS TEXT(1)), CAST(? AS TEXT(1)))
) AS "artists"
WHERE
  "artists"."artist_id" IS NULL;

-- name_not_null (error): name is never null.

SELECT
  "artists"."artist_id" AS "artist_id",
  "artists"."name" AS "name",
  "artists"."location" AS "location",
  "artists"."latitude" AS "latitude",
  "artists"."longitude" AS "longitude",
  "artists"."song_prefix" AS "song_prefix"
FROM "artists" AS "artists"
WHERE
  "artists"."name" IS NULL;

-- name_not_null, of two partitions

SELECT
  "artists"."artist_id" AS "artist_id",
  "artists"."name" AS "name",
  "artists"."location" AS "location",
  "artists"."latitude" AS "latitude",
  "artists"."longitude" AS "longitude",
  "artists"."song_prefix" AS "song_prefix"
FROM (
  SELECT
    *
  FROM "artists"
  WHERE
    "song_prefix" IN (CAST(? AS TEXT(1)), CAST(? AS TEXT(1)))
) AS "artists"
WHERE
  "artists"."name" IS NULL;

-- song_prefix_not_null (error): song_prefix is never null.

SELECT
  "artists"."artist_id" AS "artist_id",
  "artists"."name" AS "name",
  "artists"."location" AS "location",
  "artists"."latitude" AS "latitude",
  "artists"."longitude" AS "longitude",
  "artists"."song_prefix" AS "song_prefix"
FROM "artists" AS "artists"
WHERE
  "artists"."song_prefix" IS NULL;

-- song_prefix_not_null, of two partitions

SELECT
  "artists"."artist_id" AS "artist_id",
  "artists"."name" AS "name",
  "artists"."location" AS "location",
  "artists"."latitude" AS "latitude",
  "artists"."longitude" AS "longitude",
  "artists"."song_prefix" AS "song_prefix"
FROM (
  SELECT
    *
  FROM "artists"
  WHERE
    "song_prefix" IN (CAST(? AS TEXT(1)), CAST(? AS TEXT(1)))
) AS "artists"
WHERE
  "artists"."song_prefix" IS NULL;

-- text_length_within_limit (error): No text is longer, in bytes, than its column says.

SELECT
  "artists"."artist_id" AS "artist_id",
  "artists"."name" AS "name",
  "artists"."location" AS "location",
  "artists"."latitude" AS "latitude",
  "artists"."longitude" AS "longitude",
  "artists"."song_prefix" AS "song_prefix"
FROM "artists" AS "artists"
WHERE
  STRLEN("artists"."artist_id") > 32
  OR STRLEN("artists"."name") > 1024
  OR STRLEN("artists"."location") > 1024
  OR STRLEN("artists"."song_prefix") > 1;

-- text_length_within_limit, of two partitions

SELECT
  "artists"."artist_id" AS "artist_id",
  "artists"."name" AS "name",
  "artists"."location" AS "location",
  "artists"."latitude" AS "latitude",
  "artists"."longitude" AS "longitude",
  "artists"."song_prefix" AS "song_prefix"
FROM (
  SELECT
    *
  FROM "artists"
  WHERE
    "song_prefix" IN (CAST(? AS TEXT(1)), CAST(? AS TEXT(1)))
) AS "artists"
WHERE
  STRLEN("artists"."artist_id") > 32
  OR STRLEN("artists"."name") > 1024
  OR STRLEN("artists"."location") > 1024
  OR STRLEN("artists"."song_prefix") > 1;
