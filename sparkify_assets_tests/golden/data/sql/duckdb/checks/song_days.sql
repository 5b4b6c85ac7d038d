-- plays_reconcile_with_songplays (error): The plays of all rows together are those of songplays.

WITH "here" AS (
  SELECT
    COALESCE(SUM("song_days"."plays"), 0) AS "plays"
  FROM "song_days" AS "song_days"
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
