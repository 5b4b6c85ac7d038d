-- made

CREATE TABLE "users" (
  "user_id" INT NOT NULL,
  "first_name" TEXT(256) CHECK (STRLEN("first_name") <= 256),
  "last_name" TEXT(256) CHECK (STRLEN("last_name") <= 256),
  "gender" TEXT(8) CHECK (STRLEN("gender") <= 8),
  "level" TEXT(16) CHECK (STRLEN("level") <= 16),
  "log_date" DATE NOT NULL
);
COMMENT ON TABLE "users" IS 'Those who played a song; attributes and level from their latest play by event time.';
COMMENT ON COLUMN "users"."user_id" IS 'The user.';
COMMENT ON COLUMN "users"."first_name" IS 'First name.';
COMMENT ON COLUMN "users"."last_name" IS 'Last name.';
COMMENT ON COLUMN "users"."gender" IS 'F or M, as registered.';
COMMENT ON COLUMN "users"."level" IS 'Subscription at the latest play: free or paid.';
COMMENT ON COLUMN "users"."log_date" IS 'Audit: the day whose file holds the latest play.';

-- rebuilt

SELECT
  "log_date",
  COUNT(*)
FROM "users"
GROUP BY
  "log_date";

DELETE FROM "users";

INSERT INTO "users" (
  "user_id",
  "first_name",
  "last_name",
  "gender",
  "level",
  "log_date"
)
WITH "sparkify_temporary_keys_of_several_rows" AS (
  SELECT
    "staging_events"."user_id" AS "key_0",
    MAX("staging_events"."ts") AS "best"
  FROM "staging_events" AS "staging_events"
  WHERE
    RTRIM("staging_events"."page", ' ') = 'NextSong' AND NOT "staging_events"."user_id" IS NULL
  GROUP BY
    "staging_events"."user_id"
  HAVING
    COUNT(*) > 1
)
SELECT
  "staging_events"."user_id" AS "user_id",
  "staging_events"."first_name" AS "first_name",
  "staging_events"."last_name" AS "last_name",
  "staging_events"."gender" AS "gender",
  "staging_events"."level" AS "level",
  "staging_events"."log_date" AS "log_date"
FROM "staging_events" AS "staging_events"
WHERE
  (
    RTRIM("staging_events"."page", ' ') = 'NextSong' AND NOT "staging_events"."user_id" IS NULL
  )
  AND NOT EXISTS(
    SELECT
      1
    FROM "sparkify_temporary_keys_of_several_rows"
    WHERE
      "staging_events"."user_id" IS NOT DISTINCT FROM "sparkify_temporary_keys_of_several_rows"."key_0"
  )
UNION ALL
SELECT
  "staging_events"."user_id" AS "user_id",
  "staging_events"."first_name" AS "first_name",
  "staging_events"."last_name" AS "last_name",
  "staging_events"."gender" AS "gender",
  "staging_events"."level" AS "level",
  "staging_events"."log_date" AS "log_date"
FROM "staging_events" AS "staging_events"
INNER JOIN "sparkify_temporary_keys_of_several_rows"
  ON "staging_events"."user_id" IS NOT DISTINCT FROM "sparkify_temporary_keys_of_several_rows"."key_0"
WHERE
  (
    RTRIM("staging_events"."page", ' ') = 'NextSong' AND NOT "staging_events"."user_id" IS NULL
  )
  AND (
    "staging_events"."ts" = "sparkify_temporary_keys_of_several_rows"."best" OR "staging_events"."ts" IS NULL
  )
  AND EXISTS(
    SELECT
      1
    FROM "sparkify_temporary_keys_of_several_rows"
    WHERE
      "staging_events"."user_id" IS NOT DISTINCT FROM "sparkify_temporary_keys_of_several_rows"."key_0"
  )
QUALIFY
  ROW_NUMBER() OVER (
    PARTITION BY "staging_events"."user_id"
    ORDER BY "staging_events"."ts" DESC NULLS FIRST, "staging_events"."session_id" DESC NULLS FIRST, "staging_events"."item_in_session" DESC NULLS FIRST, "staging_events"."log_date" DESC NULLS FIRST, RTRIM("staging_events"."level", ' ') DESC, RTRIM("staging_events"."first_name", ' ') DESC, RTRIM("staging_events"."last_name", ' ') DESC, RTRIM("staging_events"."gender", ' ') DESC, STRLEN("staging_events"."level") DESC NULLS FIRST, STRLEN("staging_events"."first_name") DESC NULLS FIRST, STRLEN("staging_events"."last_name") DESC NULLS FIRST, STRLEN("staging_events"."gender") DESC NULLS FIRST
  ) = 1;

SELECT
  "log_date",
  COUNT(*)
FROM "users"
GROUP BY
  "log_date";

-- refreshed for two partitions

CREATE TEMPORARY TABLE "sparkify_temporary_touched_keys" (
  "user_id" INT
);

INSERT INTO "sparkify_temporary_touched_keys" (
  "user_id"
)
SELECT
  "user_id"
FROM "users"
WHERE
  "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
UNION
SELECT
  "staging_events"."user_id" AS "user_id"
FROM "staging_events" AS "staging_events"
WHERE
  (
    RTRIM("staging_events"."page", ' ') = 'NextSong' AND NOT "staging_events"."user_id" IS NULL
  )
  AND "staging_events"."log_date" IN (CAST(? AS DATE), CAST(? AS DATE));

SELECT
  "users"."log_date",
  COUNT(*)
FROM "users"
INNER JOIN "sparkify_temporary_touched_keys"
  ON "users"."user_id" = "sparkify_temporary_touched_keys"."user_id"
GROUP BY
  "users"."log_date";

DELETE FROM "users" USING   "sparkify_temporary_touched_keys"
WHERE
  "users"."user_id" = "sparkify_temporary_touched_keys"."user_id";

INSERT INTO "users" (
  "user_id",
  "first_name",
  "last_name",
  "gender",
  "level",
  "log_date"
)
SELECT
  "staging_events"."user_id" AS "user_id",
  "staging_events"."first_name" AS "first_name",
  "staging_events"."last_name" AS "last_name",
  "staging_events"."gender" AS "gender",
  "staging_events"."level" AS "level",
  "staging_events"."log_date" AS "log_date"
FROM "staging_events" AS "staging_events"
INNER JOIN "sparkify_temporary_touched_keys"
  ON "staging_events"."user_id" = "sparkify_temporary_touched_keys"."user_id"
WHERE
  (
    RTRIM("staging_events"."page", ' ') = 'NextSong' AND NOT "staging_events"."user_id" IS NULL
  )
  AND "staging_events"."log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
QUALIFY
  ROW_NUMBER() OVER (
    PARTITION BY "staging_events"."user_id"
    ORDER BY "staging_events"."ts" DESC NULLS FIRST, "staging_events"."session_id" DESC NULLS FIRST, "staging_events"."item_in_session" DESC NULLS FIRST, "staging_events"."log_date" DESC NULLS FIRST, RTRIM("staging_events"."level", ' ') DESC, RTRIM("staging_events"."first_name", ' ') DESC, RTRIM("staging_events"."last_name", ' ') DESC, RTRIM("staging_events"."gender", ' ') DESC, STRLEN("staging_events"."level") DESC NULLS FIRST, STRLEN("staging_events"."first_name") DESC NULLS FIRST, STRLEN("staging_events"."last_name") DESC NULLS FIRST, STRLEN("staging_events"."gender") DESC NULLS FIRST
  ) = 1;

SELECT
  "users"."log_date",
  COUNT(*)
FROM "users"
INNER JOIN "sparkify_temporary_touched_keys"
  ON "users"."user_id" = "sparkify_temporary_touched_keys"."user_id"
GROUP BY
  "users"."log_date";

DROP TABLE "sparkify_temporary_touched_keys";

SELECT
  COUNT(*)
FROM "users";
