-- made

CREATE TABLE "active_users" (
  "day" DATE NOT NULL,
  "dau" BIGINT,
  "wau" BIGINT,
  "mau" BIGINT,
  "stickiness" DOUBLE PRECISION,
  PRIMARY KEY ("day")
)
DISTSTYLE ALL;
COMMENT ON TABLE "active_users" IS 'How many users are active, by day (UTC): users with an event of any page, whether they play or not. Events without a user do not count.';
COMMENT ON COLUMN "active_users"."day" IS 'Day, UTC; a day without an event of a user has no row, but counts as one of the 7 or 28.';
COMMENT ON COLUMN "active_users"."dau" IS 'Daily active users: different users with any event on that day.';
COMMENT ON COLUMN "active_users"."wau" IS 'Weekly active users: different users with any event on one of the 7 days that end with that day.';
COMMENT ON COLUMN "active_users"."mau" IS 'Monthly active users: different users with any event on one of the 28 days that end with that day, four whole weeks.';
COMMENT ON COLUMN "active_users"."stickiness" IS 'dau / mau, 0 to 1: how much of the month a user comes. In the first 28 days of the logs the month is shorter, and this larger.';

-- rebuilt

DELETE FROM "active_users";

INSERT INTO "active_users" (
  "day",
  "dau",
  "wau",
  "mau",
  "stickiness"
)
WITH "spans" AS (
  SELECT
    "days"."day" AS "day",
    LEAST(CAST(DATEADD(DAY, 7, "days"."day") AS DATE), "days"."next_day") AS "week_ends",
    LEAST(CAST(DATEADD(DAY, 28, "days"."day") AS DATE), "days"."next_day") AS "month_ends",
    COUNT(*) AS "users"
  FROM (
    SELECT
      "user_days"."day" AS "day",
      LEAD("user_days"."day") OVER (PARTITION BY "user_days"."user_id" ORDER BY "user_days"."day") AS "next_day"
    FROM "user_days" AS "user_days"
  ) AS "days"
  GROUP BY
    "days"."day",
    LEAST(CAST(DATEADD(DAY, 7, "days"."day") AS DATE), "days"."next_day"),
    LEAST(CAST(DATEADD(DAY, 28, "days"."day") AS DATE), "days"."next_day")
), "changes" AS (
  SELECT
    "steps"."day" AS "day",
    SUM("steps"."dau") AS "dau",
    SUM("steps"."of_week") AS "of_week",
    SUM("steps"."of_month") AS "of_month"
  FROM (
    SELECT
      "spans"."day" AS "day",
      "spans"."users" AS "dau",
      "spans"."users" AS "of_week",
      "spans"."users" AS "of_month"
    FROM "spans" AS "spans"
    UNION ALL
    SELECT
      "spans"."week_ends" AS "day",
      0 AS "dau",
      -"spans"."users" AS "of_week",
      0 AS "of_month"
    FROM "spans" AS "spans"
    UNION ALL
    SELECT
      "spans"."month_ends" AS "day",
      0 AS "dau",
      0 AS "of_week",
      -"spans"."users" AS "of_month"
    FROM "spans" AS "spans"
  ) AS "steps"
  GROUP BY
    "steps"."day"
), "running" AS (
  SELECT
    "changes"."day" AS "day",
    "changes"."dau" AS "dau",
    SUM("changes"."of_week") OVER (ORDER BY "changes"."day" ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS "wau",
    SUM("changes"."of_month") OVER (ORDER BY "changes"."day" ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS "mau"
  FROM "changes" AS "changes"
)
SELECT
  "running"."day" AS "day",
  "running"."dau" AS "dau",
  "running"."wau" AS "wau",
  "running"."mau" AS "mau",
  CAST("running"."dau" AS DOUBLE PRECISION) / "running"."mau" AS "stickiness"
FROM "running" AS "running"
WHERE
  "running"."dau" > 0;
