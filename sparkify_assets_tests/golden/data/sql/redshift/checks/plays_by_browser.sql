-- primary_key (error): No two rows have the same browser, os, device.

SELECT
  "every_row"."browser" || '' AS "browser",
  "every_row"."os" || '' AS "os",
  "every_row"."device" || '' AS "device",
  COUNT(*) AS "rows_with_it"
FROM "plays_by_browser" AS "every_row"
GROUP BY
  "every_row"."browser" || '',
  "every_row"."os" || '',
  "every_row"."device" || ''
HAVING
  COUNT(*) > 1;
