-- primary_key (error): No two rows have the same day.

SELECT
  "every_row"."day" AS "day",
  COUNT(*) AS "rows_with_it"
FROM "sessions_by_day" AS "every_row"
GROUP BY
  "every_row"."day"
HAVING
  COUNT(*) > 1;

-- day_not_null (error): day is never null.

SELECT
  "sessions_by_day"."day" AS "day",
  "sessions_by_day"."sessions" AS "sessions",
  "sessions_by_day"."plays" AS "plays",
  "sessions_by_day"."plays_per_session" AS "plays_per_session",
  "sessions_by_day"."minutes_per_session" AS "minutes_per_session",
  "sessions_by_day"."longest_minutes" AS "longest_minutes"
FROM "sessions_by_day" AS "sessions_by_day"
WHERE
  "sessions_by_day"."day" IS NULL;
