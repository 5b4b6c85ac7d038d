-- made

CREATE TABLE "users" (
  "user_id" INTEGER NOT NULL,
  "first_name" VARCHAR(256),
  "last_name" VARCHAR(256),
  "gender" VARCHAR(8),
  "level" VARCHAR(16),
  "log_date" DATE NOT NULL,
  PRIMARY KEY ("user_id")
)
DISTSTYLE ALL
SORTKEY("user_id");
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
SELECT
  "staging_events"."user_id" AS "user_id",
  "staging_events"."first_name" AS "first_name",
  "staging_events"."last_name" AS "last_name",
  "staging_events"."gender" AS "gender",
  "staging_events"."level" AS "level",
  "staging_events"."log_date" AS "log_date"
FROM "staging_events" AS "staging_events"
WHERE
  RTRIM("staging_events"."page") = 'NextSong' AND NOT "staging_events"."user_id" IS NULL
QUALIFY
  ROW_NUMBER() OVER (
    PARTITION BY "staging_events"."user_id"
    ORDER BY "staging_events"."ts" DESC, "staging_events"."session_id" DESC, "staging_events"."item_in_session" DESC, "staging_events"."log_date" DESC, RTRIM("staging_events"."level") DESC NULLS LAST, RTRIM("staging_events"."first_name") DESC NULLS LAST, RTRIM("staging_events"."last_name") DESC NULLS LAST, RTRIM("staging_events"."gender") DESC NULLS LAST, OCTET_LENGTH("staging_events"."level") DESC, OCTET_LENGTH("staging_events"."first_name") DESC, OCTET_LENGTH("staging_events"."last_name") DESC, OCTET_LENGTH("staging_events"."gender") DESC
  ) = 1;

SELECT
  "log_date",
  COUNT(*)
FROM "users"
GROUP BY
  "log_date";

-- refreshed for two partitions

CREATE TEMPORARY TABLE "sparkify_temporary_touched_keys" (
  "user_id" INTEGER
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
    RTRIM("staging_events"."page") = 'NextSong' AND NOT "staging_events"."user_id" IS NULL
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
    RTRIM("staging_events"."page") = 'NextSong' AND NOT "staging_events"."user_id" IS NULL
  )
  AND "staging_events"."log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
QUALIFY
  ROW_NUMBER() OVER (
    PARTITION BY "staging_events"."user_id"
    ORDER BY "staging_events"."ts" DESC, "staging_events"."session_id" DESC, "staging_events"."item_in_session" DESC, "staging_events"."log_date" DESC, RTRIM("staging_events"."level") DESC NULLS LAST, RTRIM("staging_events"."first_name") DESC NULLS LAST, RTRIM("staging_events"."last_name") DESC NULLS LAST, RTRIM("staging_events"."gender") DESC NULLS LAST, OCTET_LENGTH("staging_events"."level") DESC, OCTET_LENGTH("staging_events"."first_name") DESC, OCTET_LENGTH("staging_events"."last_name") DESC, OCTET_LENGTH("staging_events"."gender") DESC
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
