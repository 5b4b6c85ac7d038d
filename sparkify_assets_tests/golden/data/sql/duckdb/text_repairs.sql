-- made

CREATE TABLE "text_repairs" (
  "original_text" TEXT(1024) NOT NULL CHECK (STRLEN("original_text") <= 1024),
  "repaired_text" TEXT(3072) CHECK (STRLEN("repaired_text") <= 3072),
  "repair_method" TEXT(1024) NOT NULL CHECK (STRLEN("repair_method") <= 1024),
  "kind" TEXT(16) NOT NULL CHECK (STRLEN("kind") <= 16)
);
COMMENT ON TABLE "text_repairs" IS 'Artist and song names of staging that are matched otherwise than as delivered: decoded wrongly on their way (UTF-8 read as another encoding), or composed otherwise (Unicode NFD); and names that look broken. All others have no row.';
COMMENT ON COLUMN "text_repairs"."original_text" IS 'The name as delivered, without trailing blanks.';
COMMENT ON COLUMN "text_repairs"."repaired_text" IS 'The name as it is matched: repaired where that can be done with certainty, and composed (Unicode NFC, of up to three times the bytes); null where it is matched as delivered.';
COMMENT ON COLUMN "text_repairs"."repair_method" IS 'What had happened to it, or why it cannot be told.';
COMMENT ON COLUMN "text_repairs"."kind" IS 'repaired: decoded wrongly, and shown as repaired; broken: looks so, cannot be repaired, shown as delivered; normalized: sound, composed otherwise, shown as delivered.';

-- rebuilt

SELECT
  "original_text",
  "repaired_text",
  "repair_method",
  "kind"
FROM "text_repairs";

SELECT DISTINCT
  RTRIM("staging_events"."artist", ' ') AS "original_text"
FROM "staging_events" AS "staging_events"
WHERE
  STRLEN("staging_events"."artist") > LENGTH("staging_events"."artist")
UNION ALL
SELECT DISTINCT
  RTRIM("staging_events"."song", ' ') AS "original_text"
FROM "staging_events" AS "staging_events"
WHERE
  STRLEN("staging_events"."song") > LENGTH("staging_events"."song")
UNION ALL
SELECT DISTINCT
  RTRIM("staging_songs"."artist_name", ' ') AS "original_text"
FROM "staging_songs" AS "staging_songs"
WHERE
  STRLEN("staging_songs"."artist_name") > LENGTH("staging_songs"."artist_name")
UNION ALL
SELECT DISTINCT
  RTRIM("staging_songs"."title", ' ') AS "original_text"
FROM "staging_songs" AS "staging_songs"
WHERE
  STRLEN("staging_songs"."title") > LENGTH("staging_songs"."title");

-- known texts of two partitions of staging_events

SELECT
  "original_text"
FROM (
  SELECT DISTINCT
    RTRIM("staging_events"."artist", ' ') AS "original_text"
  FROM "staging_events" AS "staging_events"
  WHERE
    STRLEN("staging_events"."artist") > LENGTH("staging_events"."artist")
    AND "staging_events"."log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
  UNION ALL
  SELECT DISTINCT
    RTRIM("staging_events"."song", ' ') AS "original_text"
  FROM "staging_events" AS "staging_events"
  WHERE
    STRLEN("staging_events"."song") > LENGTH("staging_events"."song")
    AND "staging_events"."log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "texts"
INTERSECT
SELECT
  "original_text"
FROM "text_repairs";

-- new texts of two partitions of staging_events

SELECT
  "original_text"
FROM (
  SELECT DISTINCT
    RTRIM("staging_events"."artist", ' ') AS "original_text"
  FROM "staging_events" AS "staging_events"
  WHERE
    STRLEN("staging_events"."artist") > LENGTH("staging_events"."artist")
    AND "staging_events"."log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
  UNION ALL
  SELECT DISTINCT
    RTRIM("staging_events"."song", ' ') AS "original_text"
  FROM "staging_events" AS "staging_events"
  WHERE
    STRLEN("staging_events"."song") > LENGTH("staging_events"."song")
    AND "staging_events"."log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "texts"
EXCEPT
SELECT
  "original_text"
FROM "text_repairs";

-- known texts of two partitions of staging_songs

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
INTERSECT
SELECT
  "original_text"
FROM "text_repairs";

-- new texts of two partitions of staging_songs

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
