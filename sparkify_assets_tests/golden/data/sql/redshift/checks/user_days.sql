-- primary_key (error): No two rows have the same user_id, day.

SELECT
  "every_row"."user_id" + 0 AS "user_id",
  "every_row"."day" + INTERVAL '0 SECOND' AS "day",
  COUNT(*) AS "rows_with_it"
FROM "user_days" AS "every_row"
GROUP BY
  "every_row"."user_id" + 0,
  "every_row"."day" + INTERVAL '0 SECOND'
HAVING
  COUNT(*) > 1;

-- sums_reconcile_with_session_days (error): Events, plays, sessions and seconds of all rows together are those of session_days.

WITH "here" AS (
  SELECT
    COALESCE(SUM("user_days"."events"), 0) AS "events",
    COALESCE(SUM("user_days"."plays"), 0) AS "plays",
    COALESCE(SUM("user_days"."sessions"), 0) AS "sessions",
    COALESCE(SUM(CAST(ROUND("user_days"."listened_seconds" * 1000) AS BIGINT)), 0) AS "listened_ms"
  FROM "user_days" AS "user_days"
), "there" AS (
  SELECT
    COALESCE(SUM("session_days"."events"), 0) AS "events",
    COALESCE(SUM("session_days"."plays"), 0) AS "plays",
    COUNT(*) AS "sessions",
    COALESCE(SUM("session_days"."listened_ms"), 0) AS "listened_ms"
  FROM "session_days" AS "session_days"
)
SELECT
  "here"."events" AS "events",
  "here"."plays" AS "plays",
  "here"."sessions" AS "sessions",
  "here"."listened_ms" AS "listened_ms",
  "there"."events" AS "events_of_sessions",
  "there"."plays" AS "plays_of_sessions",
  "there"."sessions" AS "sessions_there",
  "there"."listened_ms" AS "listened_ms_of_sessions"
FROM "here" AS "here"
CROSS JOIN "there" AS "there"
WHERE
  "here"."events" <> "there"."events"
  OR "here"."plays" <> "there"."plays"
  OR "here"."sessions" <> "there"."sessions"
  OR "here"."listened_ms" <> "there"."listened_ms";
