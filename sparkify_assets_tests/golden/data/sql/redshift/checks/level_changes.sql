-- primary_key (error): No two rows have the same user_id, changed_at.

SELECT
  "every_row"."user_id" AS "user_id",
  "every_row"."changed_at" AS "changed_at",
  COUNT(*) AS "rows_with_it"
FROM "level_changes" AS "every_row"
GROUP BY
  "every_row"."user_id",
  "every_row"."changed_at"
HAVING
  COUNT(*) > 1;
