-- made

CREATE TABLE "text_repairs" (
  "broken" TEXT(1024) NOT NULL,
  "repaired" TEXT(1024),
  "how" TEXT(1024) NOT NULL
);
COMMENT ON TABLE "text_repairs" IS 'Artist and song names of staging that were decoded wrongly on their way (UTF-8 read as another encoding), and what they are; names that need no repair have no row.';
COMMENT ON COLUMN "text_repairs"."broken" IS 'The name as delivered, without trailing blanks.';
COMMENT ON COLUMN "text_repairs"."repaired" IS 'The name repaired; null where that cannot be done with certainty, and the name stays as it is.';
COMMENT ON COLUMN "text_repairs"."how" IS 'What had happened to it, or why it cannot be told.';

-- rebuilt

SELECT
  "broken",
  "repaired",
  "how"
FROM "text_repairs";

SELECT DISTINCT
  RTRIM("staging_events"."artist", ' ') AS "broken"
FROM "staging_events" AS "staging_events"
WHERE
  STRLEN("staging_events"."artist") > LENGTH("staging_events"."artist")
UNION ALL
SELECT DISTINCT
  RTRIM("staging_events"."song", ' ') AS "broken"
FROM "staging_events" AS "staging_events"
WHERE
  STRLEN("staging_events"."song") > LENGTH("staging_events"."song")
UNION ALL
SELECT DISTINCT
  RTRIM("staging_songs"."artist_name", ' ') AS "broken"
FROM "staging_songs" AS "staging_songs"
WHERE
  STRLEN("staging_songs"."artist_name") > LENGTH("staging_songs"."artist_name")
UNION ALL
SELECT DISTINCT
  RTRIM("staging_songs"."title", ' ') AS "broken"
FROM "staging_songs" AS "staging_songs"
WHERE
  STRLEN("staging_songs"."title") > LENGTH("staging_songs"."title");

-- known texts of two partitions of staging_events

SELECT
  "broken"
FROM (
  SELECT DISTINCT
    RTRIM("staging_events"."artist", ' ') AS "broken"
  FROM "staging_events" AS "staging_events"
  WHERE
    STRLEN("staging_events"."artist") > LENGTH("staging_events"."artist")
    AND "staging_events"."log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
  UNION ALL
  SELECT DISTINCT
    RTRIM("staging_events"."song", ' ') AS "broken"
  FROM "staging_events" AS "staging_events"
  WHERE
    STRLEN("staging_events"."song") > LENGTH("staging_events"."song")
    AND "staging_events"."log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "texts"
INTERSECT
SELECT
  "broken"
FROM "text_repairs";

-- new texts of two partitions of staging_events

SELECT
  "broken"
FROM (
  SELECT DISTINCT
    RTRIM("staging_events"."artist", ' ') AS "broken"
  FROM "staging_events" AS "staging_events"
  WHERE
    STRLEN("staging_events"."artist") > LENGTH("staging_events"."artist")
    AND "staging_events"."log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
  UNION ALL
  SELECT DISTINCT
    RTRIM("staging_events"."song", ' ') AS "broken"
  FROM "staging_events" AS "staging_events"
  WHERE
    STRLEN("staging_events"."song") > LENGTH("staging_events"."song")
    AND "staging_events"."log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "texts"
EXCEPT
SELECT
  "broken"
FROM "text_repairs";

-- known texts of two partitions of staging_songs

SELECT
  "broken"
FROM (
  SELECT DISTINCT
    RTRIM("staging_songs"."artist_name", ' ') AS "broken"
  FROM "staging_songs" AS "staging_songs"
  WHERE
    STRLEN("staging_songs"."artist_name") > LENGTH("staging_songs"."artist_name")
    AND "staging_songs"."song_prefix" IN (CAST(? AS TEXT(1)), CAST(? AS TEXT(1)))
  UNION ALL
  SELECT DISTINCT
    RTRIM("staging_songs"."title", ' ') AS "broken"
  FROM "staging_songs" AS "staging_songs"
  WHERE
    STRLEN("staging_songs"."title") > LENGTH("staging_songs"."title")
    AND "staging_songs"."song_prefix" IN (CAST(? AS TEXT(1)), CAST(? AS TEXT(1)))
) AS "texts"
INTERSECT
SELECT
  "broken"
FROM "text_repairs";

-- new texts of two partitions of staging_songs

SELECT
  "broken"
FROM (
  SELECT DISTINCT
    RTRIM("staging_songs"."artist_name", ' ') AS "broken"
  FROM "staging_songs" AS "staging_songs"
  WHERE
    STRLEN("staging_songs"."artist_name") > LENGTH("staging_songs"."artist_name")
    AND "staging_songs"."song_prefix" IN (CAST(? AS TEXT(1)), CAST(? AS TEXT(1)))
  UNION ALL
  SELECT DISTINCT
    RTRIM("staging_songs"."title", ' ') AS "broken"
  FROM "staging_songs" AS "staging_songs"
  WHERE
    STRLEN("staging_songs"."title") > LENGTH("staging_songs"."title")
    AND "staging_songs"."song_prefix" IN (CAST(? AS TEXT(1)), CAST(? AS TEXT(1)))
) AS "texts"
EXCEPT
SELECT
  "broken"
FROM "text_repairs";
