-- primary_key (error): No two rows have the same day.

SELECT
  "every_row"."day" + INTERVAL '0 SECOND' AS "day",
  COUNT(*) AS "rows_with_it"
FROM "listening_by_day" AS "every_row"
GROUP BY
  "every_row"."day" + INTERVAL '0 SECOND'
HAVING
  COUNT(*) > 1;

-- minutes_reconcile_with_user_days (error): The plays and the minutes of all days together are those of user_days; the minutes but for the rounding of sums.

WITH "here" AS (
  SELECT
    COALESCE(SUM("listening_by_day"."plays"), 0) AS "plays",
    COALESCE(SUM("listening_by_day"."minutes"), 0) AS "minutes"
  FROM "listening_by_day" AS "listening_by_day"
), "there" AS (
  SELECT
    COALESCE(SUM("user_days"."plays"), 0) AS "plays",
    COALESCE(SUM("user_days"."listened_seconds"), 0) / 60 AS "minutes"
  FROM "user_days" AS "user_days"
)
SELECT
  "here"."plays" AS "plays",
  "there"."plays" AS "plays_in_user_days",
  "here"."minutes" AS "minutes",
  "there"."minutes" AS "minutes_in_user_days"
FROM "here" AS "here"
CROSS JOIN "there" AS "there"
WHERE
  "here"."plays" <> "there"."plays" OR ABS("here"."minutes" - "there"."minutes") > 0.001 + "there"."minutes" / 1000000000;
