-- primary_key (error): No two rows have the same cohort_week, weeks_since.

SELECT
  "every_row"."cohort_week" + INTERVAL '0' SECOND AS "cohort_week",
  "every_row"."weeks_since" + 0 AS "weeks_since",
  COUNT(*) AS "rows_with_it"
FROM "retention_by_cohort" AS "every_row"
GROUP BY
  "every_row"."cohort_week" + INTERVAL '0' SECOND,
  "every_row"."weeks_since" + 0
HAVING
  COUNT(*) > 1;

-- every_listener_is_in_one_cohort (error): The cohorts together have every user with a play in user_days, each once.

WITH "here" AS (
  SELECT
    COALESCE(SUM("retention_by_cohort"."users"), 0) AS "users"
  FROM "retention_by_cohort" AS "retention_by_cohort"
  WHERE
    "retention_by_cohort"."weeks_since" = 0
), "there" AS (
  SELECT
    COUNT(DISTINCT "user_days"."user_id") AS "users"
  FROM "user_days" AS "user_days"
  WHERE
    "user_days"."plays" > 0
)
SELECT
  "here"."users" AS "users",
  "there"."users" AS "users_in_user_days"
FROM "here" AS "here"
CROSS JOIN "there" AS "there"
WHERE
  "here"."users" <> "there"."users";

-- retained_are_of_the_cohort (error): No more users are retained than the cohort has, and in its first week all of them play.

SELECT
  "retention_by_cohort"."cohort_week" AS "cohort_week",
  "retention_by_cohort"."weeks_since" AS "weeks_since",
  "retention_by_cohort"."users" AS "users",
  "retention_by_cohort"."retained" AS "retained"
FROM "retention_by_cohort" AS "retention_by_cohort"
WHERE
  "retention_by_cohort"."retained" > "retention_by_cohort"."users"
  OR (
    "retention_by_cohort"."weeks_since" = 0 AND "retention_by_cohort"."retained" <> "retention_by_cohort"."users"
  );
