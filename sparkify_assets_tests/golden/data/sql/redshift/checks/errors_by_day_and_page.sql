-- primary_key (error): No two rows have the same day, page.

SELECT
  "every_row"."day" + INTERVAL '0 SECOND' AS "day",
  "every_row"."page" || '' AS "page",
  COUNT(*) AS "rows_with_it"
FROM "errors_by_day_and_page" AS "every_row"
GROUP BY
  "every_row"."day" + INTERVAL '0 SECOND',
  "every_row"."page" || ''
HAVING
  COUNT(*) > 1;
