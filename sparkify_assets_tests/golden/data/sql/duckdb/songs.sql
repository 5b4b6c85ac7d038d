-- made

CREATE TABLE "songs" (
  "song_id" TEXT(32) NOT NULL CHECK (STRLEN("song_id") <= 32),
  "title" TEXT(1024) NOT NULL CHECK (STRLEN("title") <= 1024),
  "artist_id" TEXT(32) NOT NULL CHECK (STRLEN("artist_id") <= 32),
  "year" INT,
  "duration" DOUBLE,
  "song_prefix" TEXT(1) NOT NULL CHECK (STRLEN("song_prefix") <= 1)
);
COMMENT ON TABLE "songs" IS 'One row a song: where records disagree, the newest year wins.';
COMMENT ON COLUMN "songs"."song_id" IS 'The song.';
COMMENT ON COLUMN "songs"."title" IS 'Title.';
COMMENT ON COLUMN "songs"."artist_id" IS 'Who recorded it.';
COMMENT ON COLUMN "songs"."year" IS 'Year of release; 0 where unknown, as delivered.';
COMMENT ON COLUMN "songs"."duration" IS 'Length in seconds.';
COMMENT ON COLUMN "songs"."song_prefix" IS 'Audit: the prefix whose file holds the chosen record.';

-- rebuilt

SELECT
  "song_prefix",
  COUNT(*)
FROM "songs"
GROUP BY
  "song_prefix";

DELETE FROM "songs";

INSERT INTO "songs" (
  "song_id",
  "title",
  "artist_id",
  "year",
  "duration",
  "song_prefix"
)
WITH "sparkify_temporary_keys_of_several_rows" AS (
  SELECT
    RTRIM("staging_songs"."song_id", ' ') AS "key_0",
    MAX(COALESCE("staging_songs"."year", 0)) AS "best"
  FROM "staging_songs" AS "staging_songs"
  GROUP BY
    RTRIM("staging_songs"."song_id", ' ')
  HAVING
    COUNT(*) > 1
)
SELECT
  RTRIM("staging_songs"."song_id", ' ') AS "song_id",
  "staging_songs"."title" AS "title",
  RTRIM("staging_songs"."artist_id", ' ') AS "artist_id",
  "staging_songs"."year" AS "year",
  "staging_songs"."duration" AS "duration",
  "staging_songs"."song_prefix" AS "song_prefix"
FROM "staging_songs" AS "staging_songs"
WHERE
  NOT EXISTS(
    SELECT
      1
    FROM "sparkify_temporary_keys_of_several_rows"
    WHERE
      RTRIM("staging_songs"."song_id", ' ') IS NOT DISTINCT FROM "sparkify_temporary_keys_of_several_rows"."key_0"
  )
UNION ALL
SELECT
  RTRIM("staging_songs"."song_id", ' ') AS "song_id",
  "staging_songs"."title" AS "title",
  RTRIM("staging_songs"."artist_id", ' ') AS "artist_id",
  "staging_songs"."year" AS "year",
  "staging_songs"."duration" AS "duration",
  "staging_songs"."song_prefix" AS "song_prefix"
FROM "staging_songs" AS "staging_songs"
INNER JOIN "sparkify_temporary_keys_of_several_rows"
  ON RTRIM("staging_songs"."song_id", ' ') IS NOT DISTINCT FROM "sparkify_temporary_keys_of_several_rows"."key_0"
WHERE
  (
    COALESCE("staging_songs"."year", 0) = "sparkify_temporary_keys_of_several_rows"."best"
    OR COALESCE("staging_songs"."year", 0) IS NULL
  )
  AND EXISTS(
    SELECT
      1
    FROM "sparkify_temporary_keys_of_several_rows"
    WHERE
      RTRIM("staging_songs"."song_id", ' ') IS NOT DISTINCT FROM "sparkify_temporary_keys_of_several_rows"."key_0"
  )
QUALIFY
  ROW_NUMBER() OVER (
    PARTITION BY RTRIM("staging_songs"."song_id", ' ')
    ORDER BY COALESCE("staging_songs"."year", 0) DESC NULLS FIRST, "staging_songs"."year", "staging_songs"."duration", RTRIM("staging_songs"."title", ' '), RTRIM("staging_songs"."artist_id", ' '), "staging_songs"."song_prefix", STRLEN("staging_songs"."title")
  ) = 1;

SELECT
  "song_prefix",
  COUNT(*)
FROM "songs"
GROUP BY
  "song_prefix";

-- refreshed for two partitions

CREATE TEMPORARY TABLE "sparkify_temporary_touched_keys" (
  "song_id" TEXT(32)
);

INSERT INTO "sparkify_temporary_touched_keys" (
  "song_id"
)
SELECT
  "song_id"
FROM "songs"
WHERE
  "song_prefix" IN (CAST(? AS TEXT(1)), CAST(? AS TEXT(1)))
UNION
SELECT
  RTRIM("staging_songs"."song_id", ' ') AS "song_id"
FROM "staging_songs" AS "staging_songs"
WHERE
  "staging_songs"."song_prefix" IN (CAST(? AS TEXT(1)), CAST(? AS TEXT(1)));

SELECT
  "songs"."song_prefix",
  COUNT(*)
FROM "songs"
INNER JOIN "sparkify_temporary_touched_keys"
  ON "songs"."song_id" = "sparkify_temporary_touched_keys"."song_id"
GROUP BY
  "songs"."song_prefix";

DELETE FROM "songs" USING   "sparkify_temporary_touched_keys"
WHERE
  "songs"."song_id" = "sparkify_temporary_touched_keys"."song_id";

INSERT INTO "songs" (
  "song_id",
  "title",
  "artist_id",
  "year",
  "duration",
  "song_prefix"
)
SELECT
  RTRIM("staging_songs"."song_id", ' ') AS "song_id",
  "staging_songs"."title" AS "title",
  RTRIM("staging_songs"."artist_id", ' ') AS "artist_id",
  "staging_songs"."year" AS "year",
  "staging_songs"."duration" AS "duration",
  "staging_songs"."song_prefix" AS "song_prefix"
FROM "staging_songs" AS "staging_songs"
INNER JOIN "sparkify_temporary_touched_keys"
  ON RTRIM("staging_songs"."song_id", ' ') = "sparkify_temporary_touched_keys"."song_id"
WHERE
  "staging_songs"."song_prefix" IN (CAST(? AS TEXT(1)), CAST(? AS TEXT(1)))
QUALIFY
  ROW_NUMBER() OVER (
    PARTITION BY RTRIM("staging_songs"."song_id", ' ')
    ORDER BY COALESCE("staging_songs"."year", 0) DESC NULLS FIRST, "staging_songs"."year", "staging_songs"."duration", RTRIM("staging_songs"."title", ' '), RTRIM("staging_songs"."artist_id", ' '), "staging_songs"."song_prefix", STRLEN("staging_songs"."title")
  ) = 1;

SELECT
  "songs"."song_prefix",
  COUNT(*)
FROM "songs"
INNER JOIN "sparkify_temporary_touched_keys"
  ON "songs"."song_id" = "sparkify_temporary_touched_keys"."song_id"
GROUP BY
  "songs"."song_prefix";

DROP TABLE "sparkify_temporary_touched_keys";

SELECT
  COUNT(*)
FROM "songs";
