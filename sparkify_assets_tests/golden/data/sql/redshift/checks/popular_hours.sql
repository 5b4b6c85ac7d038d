-- primary_key (error): No two rows have the same hour.

SELECT
  "every_row"."hour" AS "hour",
  COUNT(*) AS "rows_with_it"
FROM "popular_hours" AS "every_row"
GROUP BY
  "every_row"."hour"
HAVING
  COUNT(*) > 1;

-- hour_not_null (error): hour is never null.

SELECT
  "popular_hours"."hour" AS "hour",
  "popular_hours"."plays" AS "plays"
FROM "popular_hours" AS "popular_hours"
WHERE
  "popular_hours"."hour" IS NULL;

-- plays_not_null (error): plays is never null.

SELECT
  "popular_hours"."hour" AS "hour",
  "popular_hours"."plays" AS "plays"
FROM "popular_hours" AS "popular_hours"
WHERE
  "popular_hours"."plays" IS NULL;
