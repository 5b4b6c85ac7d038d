-- primary_key (error): No two rows have the same hour.

SELECT
  "every_row"."hour" + 0 AS "hour",
  COUNT(*) AS "rows_with_it"
FROM "popular_hours" AS "every_row"
GROUP BY
  "every_row"."hour" + 0
HAVING
  COUNT(*) > 1;
