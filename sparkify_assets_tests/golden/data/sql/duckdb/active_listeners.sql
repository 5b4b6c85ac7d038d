-- made

CREATE TABLE "active_listeners" (
  "day" DATE NOT NULL,
  "dau" BIGINT,
  "wau" BIGINT,
  "mau" BIGINT,
  "stickiness" DOUBLE
);
COMMENT ON TABLE "active_listeners" IS 'How many users listen, by day (UTC): users who played a song. Those who only looked at other pages do not count.';
COMMENT ON COLUMN "active_listeners"."day" IS 'Day, UTC; a day without a play has no row, but counts as one of the 7 or 28.';
COMMENT ON COLUMN "active_listeners"."dau" IS 'Daily active listeners: different users who played on that day.';
COMMENT ON COLUMN "active_listeners"."wau" IS 'Weekly active listeners: different users who played on one of the 7 days that end with that day.';
COMMENT ON COLUMN "active_listeners"."mau" IS 'Monthly active listeners: different users who played on one of the 28 days that end with that day, four whole weeks.';
COMMENT ON COLUMN "active_listeners"."stickiness" IS 'dau / mau, 0 to 1: how much of the month a listener comes. In the first 28 days of the logs the month is shorter, and this larger.';

-- rebuilt

DELETE FROM "active_listeners";

INSERT INTO "active_listeners" ("day", "dau", "wau", "mau", "stickiness") WITH "spans" AS (SELECT "days"."day" AS "day", LEAST(CAST(CAST("days"."day" AS TIMESTAMP) + INTERVAL 7 DAY AS DATE), "days"."next_day") AS "week_ends", LEAST(CAST(CAST("days"."day" AS TIMESTAMP) + INTERVAL 28 DAY AS DATE), "days"."next_day") AS "month_ends", COUNT(*) AS "users" FROM (SELECT "user_days"."day" AS "day", LEAD("user_days"."day") OVER (PARTITION BY "user_days"."user_id" ORDER BY "user_days"."day") AS "next_day" FROM "user_days" AS "user_days" WHERE "user_days"."plays" > 0) AS "days" GROUP BY "days"."day", LEAST(CAST(CAST("days"."day" AS TIMESTAMP) + INTERVAL 7 DAY AS DATE), "days"."next_day"), LEAST(CAST(CAST("days"."day" AS TIMESTAMP) + INTERVAL 28 DAY AS DATE), "days"."next_day")), "changes" AS (SELECT "steps"."day" AS "day", SUM("steps"."dau") AS "dau", SUM("steps"."of_week") AS "of_week", SUM("steps"."of_month") AS "of_month" FROM (SELECT "spans"."day" AS "day", "spans"."users" AS "dau", "spans"."users" AS "of_week", "spans"."users" AS "of_month" FROM "spans" AS "spans" UNION ALL SELECT "spans"."week_ends" AS "day", 0 AS "dau", -"spans"."users" AS "of_week", 0 AS "of_month" FROM "spans" AS "spans" UNION ALL SELECT "spans"."month_ends" AS "day", 0 AS "dau", 0 AS "of_week", -"spans"."users" AS "of_month" FROM "spans" AS "spans") AS "steps" GROUP BY "steps"."day"), "running" AS (SELECT "changes"."day" AS "day", "changes"."dau" AS "dau", SUM("changes"."of_week") OVER (ORDER BY "changes"."day" ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS "wau", SUM("changes"."of_month") OVER (ORDER BY "changes"."day" ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS "mau" FROM "changes" AS "changes") SELECT "running"."day" AS "day", "running"."dau" AS "dau", "running"."wau" AS "wau", "running"."mau" AS "mau", CAST("running"."dau" AS DOUBLE) / "running"."mau" AS "stickiness" FROM "running" AS "running" WHERE "running"."dau" > 0;
