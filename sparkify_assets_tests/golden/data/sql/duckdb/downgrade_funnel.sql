-- made

CREATE TABLE "downgrade_funnel" (
  "week" DATE NOT NULL,
  "step" SMALLINT NOT NULL,
  "step_name" TEXT(32) NOT NULL CHECK (STRLEN("step_name") <= 32),
  "users" BIGINT,
  "share_of_step_before" DOUBLE
);
COMMENT ON TABLE "downgrade_funnel" IS 'Of the users who saw the page Downgrade in a week (UTC), those who submitted it within 7 days (168 hours), and of these those who then played at level free within 7 days. A user counts once a week, from their first view in it. A submission that follows views in two weeks counts in both. The latest weeks may still grow.';
COMMENT ON COLUMN "downgrade_funnel"."week" IS 'Monday of the week in which they saw the page, UTC; a week in which nobody did has no rows.';
COMMENT ON COLUMN "downgrade_funnel"."step" IS '1, 2 or 3: the order of the steps.';
COMMENT ON COLUMN "downgrade_funnel"."step_name" IS 'What the step is: saw the page (an event of page Downgrade), submitted (the next event of page Submit Downgrade, at most 168 hours later), played at level free (a song that began at most 168 hours after that).';
COMMENT ON COLUMN "downgrade_funnel"."users" IS 'Users of that week who took the step, and those before it; 0 where nobody did. A submission within 168 hours of views in two weeks counts for both.';
COMMENT ON COLUMN "downgrade_funnel"."share_of_step_before" IS 'users / users of the step before, 0 to 1; null for the first step, and where nobody took the step before.';

-- rebuilt

DELETE FROM "downgrade_funnel";

INSERT INTO "downgrade_funnel" (
  "week",
  "step",
  "step_name",
  "users",
  "share_of_step_before"
)
WITH "views" AS (
  SELECT
    "events"."user_id" AS "user_id",
    "events"."event_time" AS "seen_at",
    "events"."is_submit" AS "is_submit",
    MIN(CASE WHEN "events"."is_submit" = 1 THEN "events"."event_time" END) OVER (
      PARTITION BY "events"."user_id"
      ORDER BY "events"."event_time", "events"."is_submit"
      ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
    ) AS "next_submit"
  FROM (
    SELECT
      "page_views"."user_id" AS "user_id",
      "page_views"."event_time" AS "event_time",
      CASE WHEN RTRIM("page_views"."page", ' ') = 'Submit Downgrade' THEN 1 ELSE 0 END AS "is_submit"
    FROM "page_views" AS "page_views"
    WHERE
      RTRIM("page_views"."page", ' ') IN ('Downgrade', 'Submit Downgrade') AND NOT "page_views"."user_id" IS NULL
  ) AS "events"
), "first_views" AS (
  SELECT
    "user_weeks"."user_id" AS "user_id",
    "user_weeks"."week" AS "week",
    CASE WHEN "user_weeks"."submitted_at" <= "user_weeks"."seen_at" + INTERVAL '168' HOURS THEN "user_weeks"."submitted_at" END AS "submitted_at"
  FROM (
    SELECT
      "views"."user_id" AS "user_id",
      CAST(DATE_TRUNC('WEEK', "views"."seen_at") AS DATE) AS "week",
      MIN("views"."seen_at") AS "seen_at",
      MIN("views"."next_submit") AS "submitted_at"
    FROM "views" AS "views"
    WHERE
      "views"."is_submit" = 0
    GROUP BY
      "views"."user_id",
      CAST(DATE_TRUNC('WEEK', "views"."seen_at") AS DATE)
  ) AS "user_weeks"
), "played" AS (
  SELECT
    "f"."user_id" AS "user_id",
    "f"."week" AS "week"
  FROM "first_views" AS "f"
  INNER JOIN "session_hours" AS "h"
    ON "f"."user_id" = "h"."user_id"
    AND "f"."submitted_at" <= "h"."last_play"
    AND "h"."first_play" <= "f"."submitted_at" + INTERVAL '168' HOURS
  WHERE
    "h"."level" = 'free'
  GROUP BY
    "f"."user_id",
    "f"."week"
), "by_week" AS (
  SELECT
    "f"."week" AS "week",
    COUNT(*) AS "saw",
    COUNT("f"."submitted_at") AS "submitted",
    COUNT("p"."user_id") AS "played"
  FROM "first_views" AS "f"
  LEFT JOIN "played" AS "p"
    ON "f"."user_id" = "p"."user_id" AND "f"."week" = "p"."week"
  GROUP BY
    "f"."week"
), "steps" AS (
  SELECT
    1 AS "step"
  UNION ALL
  SELECT
    2 AS "step"
  UNION ALL
  SELECT
    3 AS "step"
)
SELECT
  "w"."week" AS "week",
  "s"."step" AS "step",
  CASE "s"."step" WHEN 1 THEN 'saw the page' WHEN 2 THEN 'submitted' ELSE 'played at level free' END AS "step_name",
  CASE "s"."step" WHEN 1 THEN "w"."saw" WHEN 2 THEN "w"."submitted" ELSE "w"."played" END AS "users",
  CASE
    WHEN "s"."step" = 2
    THEN CAST("w"."submitted" AS DOUBLE) / "w"."saw"
    WHEN "s"."step" = 3 AND "w"."submitted" > 0
    THEN CAST("w"."played" AS DOUBLE) / "w"."submitted"
  END AS "share_of_step_before"
FROM "by_week" AS "w"
CROSS JOIN "steps" AS "s";
