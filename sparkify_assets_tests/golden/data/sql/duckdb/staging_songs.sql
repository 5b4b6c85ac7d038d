-- made

CREATE TABLE "staging_songs" (
  "num_songs" INT,
  "artist_id" TEXT(32) NOT NULL CHECK (STRLEN("artist_id") <= 32),
  "artist_latitude" DOUBLE,
  "artist_longitude" DOUBLE,
  "artist_location" TEXT(1024) CHECK (STRLEN("artist_location") <= 1024),
  "artist_name" TEXT(1024) NOT NULL CHECK (STRLEN("artist_name") <= 1024),
  "song_id" TEXT(32) NOT NULL CHECK (STRLEN("song_id") <= 32),
  "title" TEXT(1024) NOT NULL CHECK (STRLEN("title") <= 1024),
  "duration" DOUBLE,
  "year" INT,
  "song_prefix" TEXT(1) NOT NULL CHECK (STRLEN("song_prefix") <= 1)
);
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

CREATE TEMPORARY TABLE "sparkify_temporary_incoming_parts" (
  "path" TEXT,
  "partition" TEXT
);

INSERT INTO "sparkify_temporary_incoming_parts" (
  "path",
  "partition"
)
SELECT
  UNNEST(CAST(? AS TEXT[])) AS "path",
  UNNEST(CAST(? AS TEXT[])) AS "partition";

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
  CASE
    WHEN CAST(TRY_CAST("num_songs" AS INT) AS TEXT) = "num_songs"
    AND TRY_CAST("num_songs" AS INT) BETWEEN -2147483648 AND 2147483647
    THEN TRY_CAST("num_songs" AS INT)
    WHEN "num_songs" IS NULL OR "num_songs" = ''
    THEN NULL
    WHEN REGEXP_MATCHES("num_songs", '^-?[0-9]+$') AND TRY_CAST("num_songs" AS INT) BETWEEN -2147483648 AND 2147483647
    THEN TRY_CAST("num_songs" AS INT)
    ELSE ERROR(COALESCE("num_songs", 'null'))
  END,
  CASE
    WHEN "artist_id" IS NULL
    THEN ERROR(COALESCE("artist_id", 'null'))
    WHEN (
      NOT (
        (
          "artist_id" >= 'O' AND "artist_id" < '['
        )
        OR (
          "artist_id" >= 'A' AND "artist_id" < 'I'
        )
        OR (
          "artist_id" >= 'J' AND "artist_id" < 'N'
        )
      )
      AND (
        (
          "artist_id" >= '-' AND "artist_id" < ':'
        )
        OR (
          "artist_id" >= '[' AND "artist_id" < '\'
        )
        OR (
          "artist_id" >= '{' AND "artist_id" < '|'
        )
        OR (
          "artist_id" >= 'NA' AND "artist_id" < 'NB'
        )
        OR (
          "artist_id" >= 'Na' AND "artist_id" < 'Nb'
        )
        OR (
          "artist_id" >= 'nA' AND "artist_id" < 'nB'
        )
        OR (
          "artist_id" >= 'na' AND "artist_id" < 'nb'
        )
        OR (
          "artist_id" >= 'IN' AND "artist_id" < 'IO'
        )
        OR (
          "artist_id" >= 'In' AND "artist_id" < 'Io'
        )
        OR (
          "artist_id" >= 'iN' AND "artist_id" < 'iO'
        )
        OR (
          "artist_id" >= 'in' AND "artist_id" < 'io'
        )
      )
    )
    AND (
      (
        REGEXP_FULL_MATCH("artist_id", '(?s)0|-?[0-9]+[.eE].*|\[.*\]|\{.*\}') AND JSON_VALID("artist_id")
      )
      OR REGEXP_FULL_MATCH("artist_id", '(?i)-?(nan|inf|infinity)')
    )
    THEN ERROR(COALESCE("artist_id", 'null'))
    WHEN STRLEN("artist_id") <= 32
    THEN "artist_id"
    ELSE ERROR(COALESCE("artist_id", 'null'))
  END,
  CASE
    WHEN "artist_latitude" IS NULL OR "artist_latitude" = ''
    THEN NULL
    WHEN REGEXP_MATCHES("artist_latitude", '^-?[0-9]+([.][0-9]+)?([eE][-+]?[0-9]+)?$')
    AND TRY_CAST("artist_latitude" AS DOUBLE) BETWEEN -90 AND 90
    THEN TRY_CAST("artist_latitude" AS DOUBLE)
    ELSE ERROR(COALESCE("artist_latitude", 'null'))
  END,
  CASE
    WHEN "artist_longitude" IS NULL OR "artist_longitude" = ''
    THEN NULL
    WHEN REGEXP_MATCHES("artist_longitude", '^-?[0-9]+([.][0-9]+)?([eE][-+]?[0-9]+)?$')
    AND TRY_CAST("artist_longitude" AS DOUBLE) BETWEEN -180 AND 180
    THEN TRY_CAST("artist_longitude" AS DOUBLE)
    ELSE ERROR(COALESCE("artist_longitude", 'null'))
  END,
  CASE
    WHEN "artist_location" IS NULL
    THEN NULL
    WHEN (
      NOT (
        (
          "artist_location" >= 'O' AND "artist_location" < '['
        )
        OR (
          "artist_location" >= 'A' AND "artist_location" < 'I'
        )
        OR (
          "artist_location" >= 'J' AND "artist_location" < 'N'
        )
      )
      AND (
        (
          "artist_location" >= '-' AND "artist_location" < ':'
        )
        OR (
          "artist_location" >= '[' AND "artist_location" < '\'
        )
        OR (
          "artist_location" >= '{' AND "artist_location" < '|'
        )
        OR (
          "artist_location" >= 'NA' AND "artist_location" < 'NB'
        )
        OR (
          "artist_location" >= 'Na' AND "artist_location" < 'Nb'
        )
        OR (
          "artist_location" >= 'nA' AND "artist_location" < 'nB'
        )
        OR (
          "artist_location" >= 'na' AND "artist_location" < 'nb'
        )
        OR (
          "artist_location" >= 'IN' AND "artist_location" < 'IO'
        )
        OR (
          "artist_location" >= 'In' AND "artist_location" < 'Io'
        )
        OR (
          "artist_location" >= 'iN' AND "artist_location" < 'iO'
        )
        OR (
          "artist_location" >= 'in' AND "artist_location" < 'io'
        )
      )
    )
    AND (
      (
        REGEXP_FULL_MATCH("artist_location", '(?s)0|-?[0-9]+[.eE].*|\[.*\]|\{.*\}') AND JSON_VALID("artist_location")
      )
      OR REGEXP_FULL_MATCH("artist_location", '(?i)-?(nan|inf|infinity)')
    )
    THEN ERROR(COALESCE("artist_location", 'null'))
    WHEN STRLEN("artist_location") <= 1024
    THEN "artist_location"
    ELSE ERROR(COALESCE("artist_location", 'null'))
  END,
  CASE
    WHEN "artist_name" IS NULL
    THEN ERROR(COALESCE("artist_name", 'null'))
    WHEN (
      NOT (
        (
          "artist_name" >= 'O' AND "artist_name" < '['
        )
        OR (
          "artist_name" >= 'A' AND "artist_name" < 'I'
        )
        OR (
          "artist_name" >= 'J' AND "artist_name" < 'N'
        )
      )
      AND (
        (
          "artist_name" >= '-' AND "artist_name" < ':'
        )
        OR (
          "artist_name" >= '[' AND "artist_name" < '\'
        )
        OR (
          "artist_name" >= '{' AND "artist_name" < '|'
        )
        OR (
          "artist_name" >= 'NA' AND "artist_name" < 'NB'
        )
        OR (
          "artist_name" >= 'Na' AND "artist_name" < 'Nb'
        )
        OR (
          "artist_name" >= 'nA' AND "artist_name" < 'nB'
        )
        OR (
          "artist_name" >= 'na' AND "artist_name" < 'nb'
        )
        OR (
          "artist_name" >= 'IN' AND "artist_name" < 'IO'
        )
        OR (
          "artist_name" >= 'In' AND "artist_name" < 'Io'
        )
        OR (
          "artist_name" >= 'iN' AND "artist_name" < 'iO'
        )
        OR (
          "artist_name" >= 'in' AND "artist_name" < 'io'
        )
      )
    )
    AND (
      (
        REGEXP_FULL_MATCH("artist_name", '(?s)0|-?[0-9]+[.eE].*|\[.*\]|\{.*\}') AND JSON_VALID("artist_name")
      )
      OR REGEXP_FULL_MATCH("artist_name", '(?i)-?(nan|inf|infinity)')
    )
    THEN ERROR(COALESCE("artist_name", 'null'))
    WHEN STRLEN("artist_name") <= 1024
    THEN "artist_name"
    ELSE ERROR(COALESCE("artist_name", 'null'))
  END,
  CASE
    WHEN "song_id" IS NULL
    THEN ERROR(COALESCE("song_id", 'null'))
    WHEN (
      NOT (
        (
          "song_id" >= 'O' AND "song_id" < '['
        )
        OR (
          "song_id" >= 'A' AND "song_id" < 'I'
        )
        OR (
          "song_id" >= 'J' AND "song_id" < 'N'
        )
      )
      AND (
        (
          "song_id" >= '-' AND "song_id" < ':'
        )
        OR (
          "song_id" >= '[' AND "song_id" < '\'
        )
        OR (
          "song_id" >= '{' AND "song_id" < '|'
        )
        OR (
          "song_id" >= 'NA' AND "song_id" < 'NB'
        )
        OR (
          "song_id" >= 'Na' AND "song_id" < 'Nb'
        )
        OR (
          "song_id" >= 'nA' AND "song_id" < 'nB'
        )
        OR (
          "song_id" >= 'na' AND "song_id" < 'nb'
        )
        OR (
          "song_id" >= 'IN' AND "song_id" < 'IO'
        )
        OR (
          "song_id" >= 'In' AND "song_id" < 'Io'
        )
        OR (
          "song_id" >= 'iN' AND "song_id" < 'iO'
        )
        OR (
          "song_id" >= 'in' AND "song_id" < 'io'
        )
      )
    )
    AND (
      (
        REGEXP_FULL_MATCH("song_id", '(?s)0|-?[0-9]+[.eE].*|\[.*\]|\{.*\}') AND JSON_VALID("song_id")
      )
      OR REGEXP_FULL_MATCH("song_id", '(?i)-?(nan|inf|infinity)')
    )
    THEN ERROR(COALESCE("song_id", 'null'))
    WHEN STRLEN("song_id") <= 32
    THEN "song_id"
    ELSE ERROR(COALESCE("song_id", 'null'))
  END,
  CASE
    WHEN "title" IS NULL
    THEN ERROR(COALESCE("title", 'null'))
    WHEN (
      NOT (
        (
          "title" >= 'O' AND "title" < '['
        ) OR (
          "title" >= 'A' AND "title" < 'I'
        ) OR (
          "title" >= 'J' AND "title" < 'N'
        )
      )
      AND (
        (
          "title" >= '-' AND "title" < ':'
        )
        OR (
          "title" >= '[' AND "title" < '\'
        )
        OR (
          "title" >= '{' AND "title" < '|'
        )
        OR (
          "title" >= 'NA' AND "title" < 'NB'
        )
        OR (
          "title" >= 'Na' AND "title" < 'Nb'
        )
        OR (
          "title" >= 'nA' AND "title" < 'nB'
        )
        OR (
          "title" >= 'na' AND "title" < 'nb'
        )
        OR (
          "title" >= 'IN' AND "title" < 'IO'
        )
        OR (
          "title" >= 'In' AND "title" < 'Io'
        )
        OR (
          "title" >= 'iN' AND "title" < 'iO'
        )
        OR (
          "title" >= 'in' AND "title" < 'io'
        )
      )
    )
    AND (
      (
        REGEXP_FULL_MATCH("title", '(?s)0|-?[0-9]+[.eE].*|\[.*\]|\{.*\}') AND JSON_VALID("title")
      )
      OR REGEXP_FULL_MATCH("title", '(?i)-?(nan|inf|infinity)')
    )
    THEN ERROR(COALESCE("title", 'null'))
    WHEN STRLEN("title") <= 1024
    THEN "title"
    ELSE ERROR(COALESCE("title", 'null'))
  END,
  CASE
    WHEN "duration" IS NULL OR "duration" = ''
    THEN NULL
    WHEN REGEXP_MATCHES("duration", '^-?[0-9]+([.][0-9]+)?([eE][-+]?[0-9]+)?$')
    AND TRY_CAST("duration" AS DOUBLE) BETWEEN CAST('-1.7976931348623157e+308' AS DOUBLE) AND CAST('1.7976931348623157e+308' AS DOUBLE)
    THEN TRY_CAST("duration" AS DOUBLE)
    ELSE ERROR(COALESCE("duration", 'null'))
  END,
  CASE
    WHEN CAST(TRY_CAST("year" AS INT) AS TEXT) = "year" AND TRY_CAST("year" AS INT) BETWEEN -2147483648 AND 2147483647
    THEN TRY_CAST("year" AS INT)
    WHEN "year" IS NULL OR "year" = ''
    THEN NULL
    WHEN REGEXP_MATCHES("year", '^-?[0-9]+$') AND TRY_CAST("year" AS INT) BETWEEN -2147483648 AND 2147483647
    THEN TRY_CAST("year" AS INT)
    ELSE ERROR(COALESCE("year", 'null'))
  END,
  CAST("sparkify_temporary_incoming_parts"."partition" AS TEXT(1))
FROM READ_JSON(
  ?,
  "format" = 'newline_delimited',
  "columns" = {'num_songs': 'VARCHAR', 'artist_id': 'VARCHAR', 'artist_latitude': 'VARCHAR', 'artist_longitude': 'VARCHAR', 'artist_location': 'VARCHAR', 'artist_name': 'VARCHAR', 'song_id': 'VARCHAR', 'title': 'VARCHAR', 'duration': 'VARCHAR', 'year': 'VARCHAR'},
  "compression" = 'none',
  "maximum_object_size" = 4194304
) AS "scanned"
JOIN "sparkify_temporary_incoming_parts"
  ON "scanned"."filename" = "sparkify_temporary_incoming_parts"."path";

DROP TABLE "sparkify_temporary_incoming_parts";

CREATE TEMPORARY TABLE "sparkify_temporary_changed_rows" (
  "num_songs" INT,
  "artist_id" TEXT(32),
  "artist_latitude" DOUBLE,
  "artist_longitude" DOUBLE,
  "artist_location" TEXT(1024),
  "artist_name" TEXT(1024),
  "song_id" TEXT(32),
  "title" TEXT(1024),
  "duration" DOUBLE,
  "year" INT,
  "song_prefix" TEXT(1)
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
    "song_prefix" IN (CAST(? AS TEXT(1)), CAST(? AS TEXT(1)))
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
    "song_prefix" IN (CAST(? AS TEXT(1)), CAST(? AS TEXT(1)))
) AS "new";

DELETE FROM "staging_songs"
WHERE
  "song_prefix" IN (CAST(? AS TEXT(1)), CAST(? AS TEXT(1)));

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
    RTRIM("staging_songs"."artist_name", ' ') AS "original_text"
  FROM "staging_songs" AS "staging_songs"
  WHERE
    STRLEN("staging_songs"."artist_name") > LENGTH("staging_songs"."artist_name")
    AND "staging_songs"."song_prefix" IN (CAST(? AS TEXT(1)), CAST(? AS TEXT(1)))
  UNION ALL
  SELECT DISTINCT
    RTRIM("staging_songs"."title", ' ') AS "original_text"
  FROM "staging_songs" AS "staging_songs"
  WHERE
    STRLEN("staging_songs"."title") > LENGTH("staging_songs"."title")
    AND "staging_songs"."song_prefix" IN (CAST(? AS TEXT(1)), CAST(? AS TEXT(1)))
) AS "texts"
EXCEPT
SELECT
  "original_text"
FROM "text_repairs";

SELECT DISTINCT
  "e"."log_date"
FROM "page_views" AS "e"
LEFT JOIN "text_repairs" AS "er"
  ON RTRIM("e"."song", ' ') = "er"."original_text"
LEFT JOIN "text_repairs" AS "ea"
  ON RTRIM("e"."artist", ' ') = "ea"."original_text"
JOIN (
  SELECT
    RTRIM("c"."song_id", ' ') AS "song_id",
    RTRIM("c"."artist_id", ' ') AS "artist_id",
    "c"."duration" AS "duration",
    RTRIM("c"."title", ' ') AS "title",
    RTRIM("c"."artist_name", ' ') AS "artist",
    "cr"."kind" AS "title_kind",
    "ca"."kind" AS "artist_kind",
    NULLIF(COALESCE("cr"."repaired_text", RTRIM("c"."title", ' ')), '') AS "whole_title",
    NULLIF(COALESCE("ca"."repaired_text", RTRIM("c"."artist_name", ' ')), '') AS "whole_artist"
  FROM "sparkify_temporary_changed_rows" AS "c"
  LEFT JOIN "text_repairs" AS "cr"
    ON RTRIM("c"."title", ' ') = "cr"."original_text"
  LEFT JOIN "text_repairs" AS "ca"
    ON RTRIM("c"."artist_name", ' ') = "ca"."original_text"
) AS "s"
  ON COALESCE("er"."repaired_text", RTRIM("e"."song", ' ')) = "s"."whole_title"
  AND COALESCE("ea"."repaired_text", RTRIM("e"."artist", ' ')) = "s"."whole_artist"
WHERE
  RTRIM("e"."page", ' ') = 'NextSong' AND NOT "e"."user_id" IS NULL;

DROP TABLE "sparkify_temporary_changed_rows";

DROP TABLE "sparkify_temporary_incoming_rows";
