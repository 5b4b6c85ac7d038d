-- primary_key (error): No two rows have the same browser, os, device.

SELECT
  "every_row"."browser" AS "browser",
  "every_row"."os" AS "os",
  "every_row"."device" AS "device",
  COUNT(*) AS "rows_with_it"
FROM "plays_by_browser" AS "every_row"
GROUP BY
  "every_row"."browser",
  "every_row"."os",
  "every_row"."device"
HAVING
  COUNT(*) > 1;

-- browser_not_null (error): browser is never null.

SELECT
  "plays_by_browser"."browser" AS "browser",
  "plays_by_browser"."os" AS "os",
  "plays_by_browser"."device" AS "device",
  "plays_by_browser"."plays" AS "plays",
  "plays_by_browser"."users" AS "users"
FROM "plays_by_browser" AS "plays_by_browser"
WHERE
  "plays_by_browser"."browser" IS NULL;

-- os_not_null (error): os is never null.

SELECT
  "plays_by_browser"."browser" AS "browser",
  "plays_by_browser"."os" AS "os",
  "plays_by_browser"."device" AS "device",
  "plays_by_browser"."plays" AS "plays",
  "plays_by_browser"."users" AS "users"
FROM "plays_by_browser" AS "plays_by_browser"
WHERE
  "plays_by_browser"."os" IS NULL;

-- device_not_null (error): device is never null.

SELECT
  "plays_by_browser"."browser" AS "browser",
  "plays_by_browser"."os" AS "os",
  "plays_by_browser"."device" AS "device",
  "plays_by_browser"."plays" AS "plays",
  "plays_by_browser"."users" AS "users"
FROM "plays_by_browser" AS "plays_by_browser"
WHERE
  "plays_by_browser"."device" IS NULL;

-- text_length_within_limit (error): No text is longer, in bytes, than its column says.

SELECT
  "plays_by_browser"."browser" AS "browser",
  "plays_by_browser"."os" AS "os",
  "plays_by_browser"."device" AS "device",
  "plays_by_browser"."plays" AS "plays",
  "plays_by_browser"."users" AS "users"
FROM "plays_by_browser" AS "plays_by_browser"
WHERE
  STRLEN("plays_by_browser"."browser") > 2048
  OR STRLEN("plays_by_browser"."os") > 2048
  OR STRLEN("plays_by_browser"."device") > 2048;
