-- primary_key (error): No two rows have the same location.

SELECT
  "every_row"."location" || '' AS "location",
  COUNT(*) AS "rows_with_it"
FROM "plays_by_location" AS "every_row"
GROUP BY
  "every_row"."location" || ''
HAVING
  COUNT(*) > 1;
