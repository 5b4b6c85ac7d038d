-- made

CREATE TABLE "users_at_risk" (
  "user_id" INTEGER NOT NULL,
  "first_name" VARCHAR(256),
  "last_name" VARCHAR(256),
  "level" VARCHAR(16),
  "days_since_last_play" INTEGER,
  "plays_last_7_days" BIGINT,
  "plays_7_days_before" BIGINT,
  "plays_lost" BIGINT,
  PRIMARY KEY ("user_id")
)
DISTSTYLE ALL;
COMMENT ON TABLE "users_at_risk" IS 'Users who played less in the last 7 days than in the 7 days before; the last 7 days end with the latest day (UTC) on which any user has an event. The 500 users who lost most plays; equal losses: the smaller user_id first. An event with a wrong clock moves the latest day; the check event_date_matches_partition warns of it.';
COMMENT ON COLUMN "users_at_risk"."user_id" IS 'The user.';
COMMENT ON COLUMN "users_at_risk"."first_name" IS 'First name; null where it is not known.';
COMMENT ON COLUMN "users_at_risk"."last_name" IS 'Last name; likewise.';
COMMENT ON COLUMN "users_at_risk"."level" IS 'Subscription at the last event of the latest day on which the user has one: free or paid; null where that event has no level.';
COMMENT ON COLUMN "users_at_risk"."days_since_last_play" IS 'Days from the last day with a play to the latest day of all; 0 to 13.';
COMMENT ON COLUMN "users_at_risk"."plays_last_7_days" IS 'Songs played on the last 7 days.';
COMMENT ON COLUMN "users_at_risk"."plays_7_days_before" IS 'Songs played on the 7 days before those.';
COMMENT ON COLUMN "users_at_risk"."plays_lost" IS 'plays_7_days_before - plays_last_7_days.';

-- rebuilt

DELETE FROM "users_at_risk";

INSERT INTO "users_at_risk" (
  "user_id",
  "first_name",
  "last_name",
  "level",
  "days_since_last_play",
  "plays_last_7_days",
  "plays_7_days_before",
  "plays_lost"
)
WITH "latest" AS (
  SELECT
    MAX("user_days"."day") AS "day"
  FROM "user_days" AS "user_days"
), "recent" AS (
  SELECT
    "d"."user_id" AS "user_id",
    "d"."day" AS "day",
    "d"."plays" AS "plays",
    "d"."level" AS "level",
    DATEDIFF(DAY, "d"."day", "l"."day") AS "days_ago",
    ROW_NUMBER() OVER (PARTITION BY "d"."user_id" ORDER BY "d"."day" DESC) AS "from_the_last"
  FROM "user_days" AS "d"
  CROSS JOIN "latest" AS "l"
  WHERE
    "d"."day" > CAST(DATEADD(DAY, -14, "l"."day") AS DATE)
)
SELECT
  "r"."user_id" AS "user_id",
  NULLIF(RTRIM("u"."first_name"), '') AS "first_name",
  NULLIF(RTRIM("u"."last_name"), '') AS "last_name",
  MAX(CASE WHEN "r"."from_the_last" = 1 THEN "r"."level" END) AS "level",
  MIN(CASE WHEN "r"."plays" > 0 THEN "r"."days_ago" END) AS "days_since_last_play",
  SUM(CASE WHEN "r"."days_ago" < 7 THEN "r"."plays" ELSE 0 END) AS "plays_last_7_days",
  SUM(CASE WHEN "r"."days_ago" >= 7 THEN "r"."plays" ELSE 0 END) AS "plays_7_days_before",
  SUM(CASE WHEN "r"."days_ago" >= 7 THEN "r"."plays" ELSE -"r"."plays" END) AS "plays_lost"
FROM "recent" AS "r"
INNER JOIN "users" AS "u"
  ON "r"."user_id" = "u"."user_id"
GROUP BY
  "r"."user_id",
  NULLIF(RTRIM("u"."first_name"), ''),
  NULLIF(RTRIM("u"."last_name"), '')
HAVING
  SUM(CASE WHEN "r"."days_ago" >= 7 THEN "r"."plays" ELSE -"r"."plays" END) > 0
ORDER BY
  "plays_lost" DESC,
  "user_id"
LIMIT 500;
