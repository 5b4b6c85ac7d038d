-- primary_key (error): No two rows have the same user_id, changed_at.

SELECT
  "every_row"."user_id" + 0 AS "user_id",
  "every_row"."changed_at" + INTERVAL '0' SECOND AS "changed_at",
  COUNT(*) AS "rows_with_it"
FROM "level_changes" AS "every_row"
GROUP BY
  "every_row"."user_id" + 0,
  "every_row"."changed_at" + INTERVAL '0' SECOND
HAVING
  COUNT(*) > 1;
