-- primary_key (error): No two rows have the same hour.

SELECT
  "every_row"."hour" AS "hour",
  COUNT(*) AS "rows_with_it"
FROM "popular_hours" AS "every_row"
GROUP BY
  "every_row"."hour"
HAVING
  COUNT(*) > 1;
