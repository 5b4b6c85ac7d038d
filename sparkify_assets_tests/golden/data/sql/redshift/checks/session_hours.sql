-- primary_key (error): No two rows have the same day, hour, user_id, part.

SELECT
  "every_row"."day" + INTERVAL '0 SECOND' AS "day",
  "every_row"."hour" + 0 AS "hour",
  "every_row"."user_id" + 0 AS "user_id",
  "every_row"."part" + 0 AS "part",
  COUNT(*) AS "rows_with_it"
FROM "session_hours" AS "every_row"
GROUP BY
  "every_row"."day" + INTERVAL '0 SECOND',
  "every_row"."hour" + 0,
  "every_row"."user_id" + 0,
  "every_row"."part" + 0
HAVING
  COUNT(*) > 1;

-- plays_reconcile_with_songplays (error): The plays of all rows together are those of songplays.

WITH "here" AS (
  SELECT
    COALESCE(SUM("session_hours"."plays"), 0) AS "plays"
  FROM "session_hours" AS "session_hours"
), "there" AS (
  SELECT
    COUNT(*) AS "plays"
  FROM "songplays" AS "songplays"
)
SELECT
  "here"."plays" AS "plays",
  "there"."plays" AS "plays_in_songplays"
FROM "here" AS "here"
CROSS JOIN "there" AS "there"
WHERE
  "here"."plays" <> "there"."plays";
