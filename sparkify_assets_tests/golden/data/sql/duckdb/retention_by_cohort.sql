-- made

CREATE TABLE "retention_by_cohort" (
  "cohort_week" DATE NOT NULL,
  "weeks_since" INT NOT NULL,
  "users" BIGINT,
  "retained" BIGINT,
  "share_retained" DOUBLE
);
COMMENT ON TABLE "retention_by_cohort" IS 'Of the users whose first play was in one week (UTC), as far as the logs go back: how many played in each week from then on, up to the latest week with a play, which may not be over.';
COMMENT ON COLUMN "retention_by_cohort"."cohort_week" IS 'Monday of the week of their first play, UTC.';
COMMENT ON COLUMN "retention_by_cohort"."weeks_since" IS 'The week in question: how many weeks after cohort_week it is; 0 is the week of the first play itself, in which all of them played. A week in which nobody at all played has no rows.';
COMMENT ON COLUMN "retention_by_cohort"."users" IS 'Users whose first play was in cohort_week.';
COMMENT ON COLUMN "retention_by_cohort"."retained" IS 'Of these, users with a play in the week in question, whether they played in the weeks between or not; 0 where only others played.';
COMMENT ON COLUMN "retention_by_cohort"."share_retained" IS 'retained / users, 0 to 1.';

-- rebuilt

DELETE FROM "retention_by_cohort";

INSERT INTO "retention_by_cohort" (
  "cohort_week",
  "weeks_since",
  "users",
  "retained",
  "share_retained"
)
WITH "user_weeks" AS (
  SELECT
    "user_days"."user_id" AS "user_id",
    CAST(DATE_TRUNC('WEEK', "user_days"."day") AS DATE) AS "week"
  FROM "user_days" AS "user_days"
  WHERE
    "user_days"."plays" > 0
  GROUP BY
    "user_days"."user_id",
    CAST(DATE_TRUNC('WEEK', "user_days"."day") AS DATE)
), "active" AS (
  SELECT
    "weeks"."cohort_week" AS "cohort_week",
    "weeks"."week" AS "week",
    COUNT(*) AS "users"
  FROM (
    SELECT
      "user_weeks"."week" AS "week",
      MIN("user_weeks"."week") OVER (PARTITION BY "user_weeks"."user_id") AS "cohort_week"
    FROM "user_weeks" AS "user_weeks"
  ) AS "weeks"
  GROUP BY
    "weeks"."cohort_week",
    "weeks"."week"
), "cohorts" AS (
  SELECT
    "active"."cohort_week" AS "cohort_week",
    "active"."users" AS "users"
  FROM "active" AS "active"
  WHERE
    "active"."week" = "active"."cohort_week"
), "weeks" AS (
  SELECT
    "active"."week" AS "week"
  FROM "active" AS "active"
  GROUP BY
    "active"."week"
)
SELECT
  "c"."cohort_week" AS "cohort_week",
  CAST(DATE_DIFF('DAY', CAST("c"."cohort_week" AS TIMESTAMP), CAST("w"."week" AS TIMESTAMP)) AS INT) // 7 AS "weeks_since",
  "c"."users" AS "users",
  COALESCE("a"."users", 0) AS "retained",
  CAST(COALESCE("a"."users", 0) AS DOUBLE) / "c"."users" AS "share_retained"
FROM "cohorts" AS "c"
INNER JOIN "weeks" AS "w"
  ON "c"."cohort_week" <= "w"."week"
LEFT JOIN "active" AS "a"
  ON "c"."cohort_week" = "a"."cohort_week" AND "w"."week" = "a"."week";
