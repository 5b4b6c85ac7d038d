-- artist_id_not_null (error): artist_id is never null.

SELECT
  "staging_songs"."num_songs" AS "num_songs",
  "staging_songs"."artist_id" AS "artist_id",
  "staging_songs"."artist_latitude" AS "artist_latitude",
  "staging_songs"."artist_longitude" AS "artist_longitude",
  "staging_songs"."artist_location" AS "artist_location",
  "staging_songs"."artist_name" AS "artist_name",
  "staging_songs"."song_id" AS "song_id",
  "staging_songs"."title" AS "title",
  "staging_songs"."duration" AS "duration",
  "staging_songs"."year" AS "year",
  "staging_songs"."song_prefix" AS "song_prefix"
FROM "staging_songs" AS "staging_songs"
WHERE
  "staging_songs"."artist_id" IS NULL;

-- artist_id_not_null, of two partitions

SELECT
  "staging_songs"."num_songs" AS "num_songs",
  "staging_songs"."artist_id" AS "artist_id",
  "staging_songs"."artist_latitude" AS "artist_latitude",
  "staging_songs"."artist_longitude" AS "artist_longitude",
  "staging_songs"."artist_location" AS "artist_location",
  "staging_songs"."artist_name" AS "artist_name",
  "staging_songs"."song_id" AS "song_id",
  "staging_songs"."title" AS "title",
  "staging_songs"."duration" AS "duration",
  "staging_songs"."year" AS "year",
  "staging_songs"."song_prefix" AS "song_prefix"
FROM (
  SELECT
    *
  FROM "staging_songs"
  WHERE
    "song_prefix" IN (CAST(? AS VARCHAR(1)), CAST(? AS VARCHAR(1)))
) AS "staging_songs"
WHERE
  "staging_songs"."artist_id" IS NULL;

-- artist_name_not_null (error): artist_name is never null.

SELECT
  "staging_songs"."num_songs" AS "num_songs",
  "staging_songs"."artist_id" AS "artist_id",
  "staging_songs"."artist_latitude" AS "artist_latitude",
  "staging_songs"."artist_longitude" AS "artist_longitude",
  "staging_songs"."artist_location" AS "artist_location",
  "staging_songs"."artist_name" AS "artist_name",
  "staging_songs"."song_id" AS "song_id",
  "staging_songs"."title" AS "title",
  "staging_songs"."duration" AS "duration",
  "staging_songs"."year" AS "year",
  "staging_songs"."song_prefix" AS "song_prefix"
FROM "staging_songs" AS "staging_songs"
WHERE
  "staging_songs"."artist_name" IS NULL;

-- artist_name_not_null, of two partitions

SELECT
  "staging_songs"."num_songs" AS "num_songs",
  "staging_songs"."artist_id" AS "artist_id",
  "staging_songs"."artist_latitude" AS "artist_latitude",
  "staging_songs"."artist_longitude" AS "artist_longitude",
  "staging_songs"."artist_location" AS "artist_location",
  "staging_songs"."artist_name" AS "artist_name",
  "staging_songs"."song_id" AS "song_id",
  "staging_songs"."title" AS "title",
  "staging_songs"."duration" AS "duration",
  "staging_songs"."year" AS "year",
  "staging_songs"."song_prefix" AS "song_prefix"
FROM (
  SELECT
    *
  FROM "staging_songs"
  WHERE
    "song_prefix" IN (CAST(? AS VARCHAR(1)), CAST(? AS VARCHAR(1)))
) AS "staging_songs"
WHERE
  "staging_songs"."artist_name" IS NULL;

-- song_id_not_null (error): song_id is never null.

SELECT
  "staging_songs"."num_songs" AS "num_songs",
  "staging_songs"."artist_id" AS "artist_id",
  "staging_songs"."artist_latitude" AS "artist_latitude",
  "staging_songs"."artist_longitude" AS "artist_longitude",
  "staging_songs"."artist_location" AS "artist_location",
  "staging_songs"."artist_name" AS "artist_name",
  "staging_songs"."song_id" AS "song_id",
  "staging_songs"."title" AS "title",
  "staging_songs"."duration" AS "duration",
  "staging_songs"."year" AS "year",
  "staging_songs"."song_prefix" AS "song_prefix"
FROM "staging_songs" AS "staging_songs"
WHERE
  "staging_songs"."song_id" IS NULL;

-- song_id_not_null, of two partitions

SELECT
  "staging_songs"."num_songs" AS "num_songs",
  "staging_songs"."artist_id" AS "artist_id",
  "staging_songs"."artist_latitude" AS "artist_latitude",
  "staging_songs"."artist_longitude" AS "artist_longitude",
  "staging_songs"."artist_location" AS "artist_location",
  "staging_songs"."artist_name" AS "artist_name",
  "staging_songs"."song_id" AS "song_id",
  "staging_songs"."title" AS "title",
  "staging_songs"."duration" AS "duration",
  "staging_songs"."year" AS "year",
  "staging_songs"."song_prefix" AS "song_prefix"
FROM (
  SELECT
    *
  FROM "staging_songs"
  WHERE
    "song_prefix" IN (CAST(? AS VARCHAR(1)), CAST(? AS VARCHAR(1)))
) AS "staging_songs"
WHERE
  "staging_songs"."song_id" IS NULL;

-- title_not_null (error): title is never null.

SELECT
  "staging_songs"."num_songs" AS "num_songs",
  "staging_songs"."artist_id" AS "artist_id",
  "staging_songs"."artist_latitude" AS "artist_latitude",
  "staging_songs"."artist_longitude" AS "artist_longitude",
  "staging_songs"."artist_location" AS "artist_location",
  "staging_songs"."artist_name" AS "artist_name",
  "staging_songs"."song_id" AS "song_id",
  "staging_songs"."title" AS "title",
  "staging_songs"."duration" AS "duration",
  "staging_songs"."year" AS "year",
  "staging_songs"."song_prefix" AS "song_prefix"
FROM "staging_songs" AS "staging_songs"
WHERE
  "staging_songs"."title" IS NULL;

-- title_not_null, of two partitions

SELECT
  "staging_songs"."num_songs" AS "num_songs",
  "staging_songs"."artist_id" AS "artist_id",
  "staging_songs"."artist_latitude" AS "artist_latitude",
  "staging_songs"."artist_longitude" AS "artist_longitude",
  "staging_songs"."artist_location" AS "artist_location",
  "staging_songs"."artist_name" AS "artist_name",
  "staging_songs"."song_id" AS "song_id",
  "staging_songs"."title" AS "title",
  "staging_songs"."duration" AS "duration",
  "staging_songs"."year" AS "year",
  "staging_songs"."song_prefix" AS "song_prefix"
FROM (
  SELECT
    *
  FROM "staging_songs"
  WHERE
    "song_prefix" IN (CAST(? AS VARCHAR(1)), CAST(? AS VARCHAR(1)))
) AS "staging_songs"
WHERE
  "staging_songs"."title" IS NULL;

-- song_prefix_not_null (error): song_prefix is never null.

SELECT
  "staging_songs"."num_songs" AS "num_songs",
  "staging_songs"."artist_id" AS "artist_id",
  "staging_songs"."artist_latitude" AS "artist_latitude",
  "staging_songs"."artist_longitude" AS "artist_longitude",
  "staging_songs"."artist_location" AS "artist_location",
  "staging_songs"."artist_name" AS "artist_name",
  "staging_songs"."song_id" AS "song_id",
  "staging_songs"."title" AS "title",
  "staging_songs"."duration" AS "duration",
  "staging_songs"."year" AS "year",
  "staging_songs"."song_prefix" AS "song_prefix"
FROM "staging_songs" AS "staging_songs"
WHERE
  "staging_songs"."song_prefix" IS NULL;

-- song_prefix_not_null, of two partitions

SELECT
  "staging_songs"."num_songs" AS "num_songs",
  "staging_songs"."artist_id" AS "artist_id",
  "staging_songs"."artist_latitude" AS "artist_latitude",
  "staging_songs"."artist_longitude" AS "artist_longitude",
  "staging_songs"."artist_location" AS "artist_location",
  "staging_songs"."artist_name" AS "artist_name",
  "staging_songs"."song_id" AS "song_id",
  "staging_songs"."title" AS "title",
  "staging_songs"."duration" AS "duration",
  "staging_songs"."year" AS "year",
  "staging_songs"."song_prefix" AS "song_prefix"
FROM (
  SELECT
    *
  FROM "staging_songs"
  WHERE
    "song_prefix" IN (CAST(? AS VARCHAR(1)), CAST(? AS VARCHAR(1)))
) AS "staging_songs"
WHERE
  "staging_songs"."song_prefix" IS NULL;

-- text_length_within_limit (error): No text is longer, in bytes, than its column says.

SELECT
  "staging_songs"."num_songs" AS "num_songs",
  "staging_songs"."artist_id" AS "artist_id",
  "staging_songs"."artist_latitude" AS "artist_latitude",
  "staging_songs"."artist_longitude" AS "artist_longitude",
  "staging_songs"."artist_location" AS "artist_location",
  "staging_songs"."artist_name" AS "artist_name",
  "staging_songs"."song_id" AS "song_id",
  "staging_songs"."title" AS "title",
  "staging_songs"."duration" AS "duration",
  "staging_songs"."year" AS "year",
  "staging_songs"."song_prefix" AS "song_prefix"
FROM "staging_songs" AS "staging_songs"
WHERE
  OCTET_LENGTH("staging_songs"."artist_id") > 32
  OR OCTET_LENGTH("staging_songs"."artist_location") > 1024
  OR OCTET_LENGTH("staging_songs"."artist_name") > 1024
  OR OCTET_LENGTH("staging_songs"."song_id") > 32
  OR OCTET_LENGTH("staging_songs"."title") > 1024
  OR OCTET_LENGTH("staging_songs"."song_prefix") > 1;

-- text_length_within_limit, of two partitions

SELECT
  "staging_songs"."num_songs" AS "num_songs",
  "staging_songs"."artist_id" AS "artist_id",
  "staging_songs"."artist_latitude" AS "artist_latitude",
  "staging_songs"."artist_longitude" AS "artist_longitude",
  "staging_songs"."artist_location" AS "artist_location",
  "staging_songs"."artist_name" AS "artist_name",
  "staging_songs"."song_id" AS "song_id",
  "staging_songs"."title" AS "title",
  "staging_songs"."duration" AS "duration",
  "staging_songs"."year" AS "year",
  "staging_songs"."song_prefix" AS "song_prefix"
FROM (
  SELECT
    *
  FROM "staging_songs"
  WHERE
    "song_prefix" IN (CAST(? AS VARCHAR(1)), CAST(? AS VARCHAR(1)))
) AS "staging_songs"
WHERE
  OCTET_LENGTH("staging_songs"."artist_id") > 32
  OR OCTET_LENGTH("staging_songs"."artist_location") > 1024
  OR OCTET_LENGTH("staging_songs"."artist_name") > 1024
  OR OCTET_LENGTH("staging_songs"."song_id") > 32
  OR OCTET_LENGTH("staging_songs"."title") > 1024
  OR OCTET_LENGTH("staging_songs"."song_prefix") > 1;
