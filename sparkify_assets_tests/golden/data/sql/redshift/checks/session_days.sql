-- primary_key (error): No two rows have the same user_id, session_id, day.

SELECT
  "every_row"."user_id" + 0 AS "user_id",
  "every_row"."session_id" + 0 AS "session_id",
  "every_row"."day" + INTERVAL '0 SECOND' AS "day",
  COUNT(*) AS "rows_with_it"
FROM "session_days" AS "every_row"
GROUP BY
  "every_row"."user_id" + 0,
  "every_row"."session_id" + 0,
  "every_row"."day" + INTERVAL '0 SECOND'
HAVING
  COUNT(*) > 1;

-- events_reconcile_with_page_views (error): The events and plays of all rows together are those of page_views that have a user.

WITH "here" AS (
  SELECT
    COALESCE(SUM("session_days"."events"), 0) AS "events",
    COALESCE(SUM("session_days"."plays"), 0) AS "plays"
  FROM "session_days" AS "session_days"
), "there" AS (
  SELECT
    COUNT(*) AS "events",
    COALESCE(SUM(CASE WHEN RTRIM("page_views"."page") = 'NextSong' THEN 1 ELSE 0 END), 0) AS "plays"
  FROM "page_views" AS "page_views"
  WHERE
    NOT "page_views"."user_id" IS NULL
)
SELECT
  "here"."events" AS "events",
  "here"."plays" AS "plays",
  "there"."events" AS "events_in_page_views",
  "there"."plays" AS "plays_in_page_views"
FROM "here" AS "here"
CROSS JOIN "there" AS "there"
WHERE
  "here"."events" <> "there"."events" OR "here"."plays" <> "there"."plays";
