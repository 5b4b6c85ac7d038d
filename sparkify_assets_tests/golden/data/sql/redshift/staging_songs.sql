-- made

CREATE TABLE "staging_songs" (
  "num_songs" INTEGER,
  "artist_id" VARCHAR(32) NOT NULL,
  "artist_latitude" DOUBLE PRECISION,
  "artist_longitude" DOUBLE PRECISION,
  "artist_location" VARCHAR(1024),
  "artist_name" VARCHAR(1024) NOT NULL,
  "song_id" VARCHAR(32) NOT NULL,
  "title" VARCHAR(1024) NOT NULL,
  "duration" DOUBLE PRECISION,
  "year" INTEGER,
  "song_prefix" VARCHAR(1) NOT NULL
)
DISTSTYLE EVEN
SORTKEY("song_prefix");
COMMENT ON TABLE "staging_songs" IS 'Song catalogue as delivered: one row a record of the song files, duplicates included.';
COMMENT ON COLUMN "staging_songs"."num_songs" IS 'Songs in the record; always 1.';
COMMENT ON COLUMN "staging_songs"."artist_id" IS 'Artist of the song.';
COMMENT ON COLUMN "staging_songs"."artist_latitude" IS 'Latitude of the artist, degrees north; often unknown.';
COMMENT ON COLUMN "staging_songs"."artist_longitude" IS 'Longitude of the artist, degrees east; often unknown.';
COMMENT ON COLUMN "staging_songs"."artist_location" IS 'Place of the artist in words; often empty.';
COMMENT ON COLUMN "staging_songs"."artist_name" IS 'Name of the artist as credited on this song; one artist_id may have several.';
COMMENT ON COLUMN "staging_songs"."song_id" IS 'The song.';
COMMENT ON COLUMN "staging_songs"."title" IS 'Title of the song.';
COMMENT ON COLUMN "staging_songs"."duration" IS 'Length of the song in seconds.';
COMMENT ON COLUMN "staging_songs"."year" IS 'Year of release; 0 where unknown.';
COMMENT ON COLUMN "staging_songs"."song_prefix" IS 'First folder below song_data of the file this row came from: its partition.';

-- loaded, two partitions

CREATE TEMPORARY TABLE "sparkify_temporary_incoming_rows" AS
SELECT
  *
FROM "staging_songs"
LIMIT 0;

CREATE TEMPORARY TABLE "sparkify_temporary_landed_records" (
  "num_songs" VARCHAR(64),
  "artist_id" VARCHAR(32),
  "artist_latitude" VARCHAR(64),
  "artist_latitude_number" DOUBLE PRECISION,
  "artist_longitude" VARCHAR(64),
  "artist_longitude_number" DOUBLE PRECISION,
  "artist_location" VARCHAR(1024),
  "artist_name" VARCHAR(1024),
  "song_id" VARCHAR(32),
  "title" VARCHAR(1024),
  "duration" VARCHAR(64),
  "duration_number" DOUBLE PRECISION,
  "year" VARCHAR(64),
  "landed_partition" VARCHAR(32)
);

COPY "sparkify_temporary_landed_records" ("num_songs", "artist_id", "artist_latitude", "artist_latitude_number", "artist_longitude", "artist_longitude_number", "artist_location", "artist_name", "song_id", "title", "duration", "duration_number", "year", "landed_partition") FROM 's3://lake/manifest' IAM_ROLE DEFAULT FORMAT JSON 's3://lake/jsonpaths' REGION 'us-east-1' COMPUPDATE OFF STATUPDATE OFF MANIFEST;

SELECT
  COUNT(*)
FROM "sparkify_temporary_landed_records"
WHERE
  CASE
    WHEN CASE
      WHEN "num_songs" IS NULL OR OCTET_LENGTH("num_songs") = 0
      THEN TRUE
      WHEN "num_songs" ~ '^-?[0-9]{1,37}$'
      THEN CAST("num_songs" AS DECIMAL(38, 0)) BETWEEN -2147483648 AND 2147483647
      ELSE FALSE
    END
    AND NOT "artist_id" IS NULL
    AND CASE
      WHEN "artist_latitude" IS NULL OR OCTET_LENGTH("artist_latitude") = 0
      THEN TRUE
      WHEN "artist_latitude" ~ '^-?[0-9]+([.][0-9]+)?([eE][-+]?[0-9]+)?$'
      THEN "artist_latitude_number" BETWEEN -90 AND 90
      ELSE FALSE
    END
    AND CASE
      WHEN "artist_longitude" IS NULL OR OCTET_LENGTH("artist_longitude") = 0
      THEN TRUE
      WHEN "artist_longitude" ~ '^-?[0-9]+([.][0-9]+)?([eE][-+]?[0-9]+)?$'
      THEN "artist_longitude_number" BETWEEN -180 AND 180
      ELSE FALSE
    END
    AND TRUE
    AND NOT "artist_name" IS NULL
    AND NOT "song_id" IS NULL
    AND NOT "title" IS NULL
    AND CASE
      WHEN "duration" IS NULL OR OCTET_LENGTH("duration") = 0
      THEN TRUE
      WHEN "duration" ~ '^-?[0-9]+([.][0-9]+)?([eE][-+]?[0-9]+)?$'
      THEN "duration_number" BETWEEN CAST('-1.7976931348623157e+308' AS DOUBLE PRECISION) AND CAST('1.7976931348623157e+308' AS DOUBLE PRECISION)
      ELSE FALSE
    END
    AND CASE
      WHEN "year" IS NULL OR OCTET_LENGTH("year") = 0
      THEN TRUE
      WHEN "year" ~ '^-?[0-9]{1,37}$'
      THEN CAST("year" AS DECIMAL(38, 0)) BETWEEN -2147483648 AND 2147483647
      ELSE FALSE
    END
    THEN FALSE
    ELSE TRUE
  END;

INSERT INTO "sparkify_temporary_incoming_rows" (
  "num_songs",
  "artist_id",
  "artist_latitude",
  "artist_longitude",
  "artist_location",
  "artist_name",
  "song_id",
  "title",
  "duration",
  "year",
  "song_prefix"
)
SELECT
  CASE WHEN OCTET_LENGTH("num_songs") > 0 THEN CAST(CAST("num_songs" AS DECIMAL(38, 0)) AS INTEGER) END,
  "artist_id",
  "artist_latitude_number",
  "artist_longitude_number",
  "artist_location",
  "artist_name",
  "song_id",
  "title",
  "duration_number",
  CASE WHEN OCTET_LENGTH("year") > 0 THEN CAST(CAST("year" AS DECIMAL(38, 0)) AS INTEGER) END,
  CAST("landed_partition" AS VARCHAR(1))
FROM "sparkify_temporary_landed_records";

CREATE TEMPORARY TABLE "sparkify_temporary_changed_rows" (
  "num_songs" INTEGER,
  "artist_id" VARCHAR(32),
  "artist_latitude" DOUBLE PRECISION,
  "artist_longitude" DOUBLE PRECISION,
  "artist_location" VARCHAR(1024),
  "artist_name" VARCHAR(1024),
  "song_id" VARCHAR(32),
  "title" VARCHAR(1024),
  "duration" DOUBLE PRECISION,
  "year" INTEGER,
  "song_prefix" VARCHAR(1)
);

INSERT INTO "sparkify_temporary_changed_rows" (
  "num_songs",
  "artist_id",
  "artist_latitude",
  "artist_longitude",
  "artist_location",
  "artist_name",
  "song_id",
  "title",
  "duration",
  "year",
  "song_prefix"
)
SELECT
  *
FROM (
  SELECT
    "num_songs",
    "artist_id",
    "artist_latitude",
    "artist_longitude",
    "artist_location",
    "artist_name",
    "song_id",
    "title",
    "duration",
    "year",
    "song_prefix"
  FROM "staging_songs"
  WHERE
    "song_prefix" IN (CAST(? AS VARCHAR(1)), CAST(? AS VARCHAR(1)))
  EXCEPT
  SELECT
    "num_songs",
    "artist_id",
    "artist_latitude",
    "artist_longitude",
    "artist_location",
    "artist_name",
    "song_id",
    "title",
    "duration",
    "year",
    "song_prefix"
  FROM "sparkify_temporary_incoming_rows"
) AS "gone"
UNION ALL
SELECT
  *
FROM (
  SELECT
    "num_songs",
    "artist_id",
    "artist_latitude",
    "artist_longitude",
    "artist_location",
    "artist_name",
    "song_id",
    "title",
    "duration",
    "year",
    "song_prefix"
  FROM "sparkify_temporary_incoming_rows"
  EXCEPT
  SELECT
    "num_songs",
    "artist_id",
    "artist_latitude",
    "artist_longitude",
    "artist_location",
    "artist_name",
    "song_id",
    "title",
    "duration",
    "year",
    "song_prefix"
  FROM "staging_songs"
  WHERE
    "song_prefix" IN (CAST(? AS VARCHAR(1)), CAST(? AS VARCHAR(1)))
) AS "new";

DELETE FROM "staging_songs"
WHERE
  "song_prefix" IN (CAST(? AS VARCHAR(1)), CAST(? AS VARCHAR(1)));

INSERT INTO "staging_songs" (
  "num_songs",
  "artist_id",
  "artist_latitude",
  "artist_longitude",
  "artist_location",
  "artist_name",
  "song_id",
  "title",
  "duration",
  "year",
  "song_prefix"
)
SELECT
  "num_songs",
  "artist_id",
  "artist_latitude",
  "artist_longitude",
  "artist_location",
  "artist_name",
  "song_id",
  "title",
  "duration",
  "year",
  "song_prefix"
FROM "sparkify_temporary_incoming_rows";

SELECT
  "original_text"
FROM (
  SELECT DISTINCT
    RTRIM("staging_songs"."artist_name") AS "original_text"
  FROM "staging_songs" AS "staging_songs"
  WHERE
    OCTET_LENGTH("staging_songs"."artist_name") > LENGTH("staging_songs"."artist_name")
    AND "staging_songs"."song_prefix" IN (CAST(? AS VARCHAR(1)), CAST(? AS VARCHAR(1)))
  UNION ALL
  SELECT DISTINCT
    RTRIM("staging_songs"."title") AS "original_text"
  FROM "staging_songs" AS "staging_songs"
  WHERE
    OCTET_LENGTH("staging_songs"."title") > LENGTH("staging_songs"."title")
    AND "staging_songs"."song_prefix" IN (CAST(? AS VARCHAR(1)), CAST(? AS VARCHAR(1)))
) AS "texts"
EXCEPT
SELECT
  "original_text"
FROM "text_repairs";

SELECT DISTINCT
  "e"."log_date"
FROM "page_views" AS "e"
LEFT JOIN "text_repairs" AS "er"
  ON RTRIM("e"."song") = "er"."original_text"
LEFT JOIN "text_repairs" AS "ea"
  ON RTRIM("e"."artist") = "ea"."original_text"
JOIN (
  SELECT
    RTRIM("c"."song_id") AS "song_id",
    RTRIM("c"."artist_id") AS "artist_id",
    "c"."duration" AS "duration",
    RTRIM("c"."title") AS "title",
    RTRIM("c"."artist_name") AS "artist",
    "cr"."kind" AS "title_kind",
    "ca"."kind" AS "artist_kind",
    NULLIF(COALESCE("cr"."repaired_text", RTRIM("c"."title")), '') AS "whole_title",
    NULLIF(COALESCE("ca"."repaired_text", RTRIM("c"."artist_name")), '') AS "whole_artist"
  FROM "sparkify_temporary_changed_rows" AS "c"
  LEFT JOIN "text_repairs" AS "cr"
    ON RTRIM("c"."title") = "cr"."original_text"
  LEFT JOIN "text_repairs" AS "ca"
    ON RTRIM("c"."artist_name") = "ca"."original_text"
) AS "s"
  ON COALESCE("er"."repaired_text", RTRIM("e"."song")) = "s"."whole_title"
  AND COALESCE("ea"."repaired_text", RTRIM("e"."artist")) = "s"."whole_artist"
WHERE
  RTRIM("e"."page") = 'NextSong' AND NOT "e"."user_id" IS NULL;

DROP TABLE "sparkify_temporary_changed_rows";

DROP TABLE "sparkify_temporary_incoming_rows";

-- where COPY finds the columns in a record: {"jsonpaths": ["$['r']['num_songs']", "$['r']['artist_id']", "$['r']['artist_latitude']", "$['r']['artist_latitude']", "$['r']['artist_longitude']", "$['r']['artist_longitude']", "$['r']['artist_location']", "$['r']['artist_name']", "$['r']['song_id']", "$['r']['title']", "$['r']['duration']", "$['r']['duration']", "$['r']['year']", "$['p']"]}
