-- primary_key (error): No two rows have the same user_id.

SELECT
  "every_row"."user_id" + 0 AS "user_id",
  COUNT(*) AS "rows_with_it"
FROM "users_at_risk" AS "every_row"
GROUP BY
  "every_row"."user_id" + 0
HAVING
  COUNT(*) > 1;

-- played_less_in_the_last_days (error): Everybody here played less in the last 7 days, and within the last 14.

SELECT
  "users_at_risk"."user_id" AS "user_id",
  "users_at_risk"."days_since_last_play" AS "days_since_last_play",
  "users_at_risk"."plays_last_7_days" AS "plays_last_7_days",
  "users_at_risk"."plays_7_days_before" AS "plays_7_days_before"
FROM "users_at_risk" AS "users_at_risk"
WHERE
  "users_at_risk"."plays_last_7_days" >= "users_at_risk"."plays_7_days_before"
  OR NOT "users_at_risk"."days_since_last_play" BETWEEN 0 AND 13
  OR (
    "users_at_risk"."plays_last_7_days" > 0
  ) <> (
    "users_at_risk"."days_since_last_play" < 7
  );
