-- primary_key (error): No two rows have the same weekday, hour.

SELECT
  "every_row"."weekday" AS "weekday",
  "every_row"."hour" AS "hour",
  COUNT(*) AS "rows_with_it"
FROM "plays_by_weekday_and_hour" AS "every_row"
GROUP BY
  "every_row"."weekday",
  "every_row"."hour"
HAVING
  COUNT(*) > 1;

-- weekday_not_null (error): weekday is never null.

SELECT
  "plays_by_weekday_and_hour"."weekday" AS "weekday",
  "plays_by_weekday_and_hour"."hour" AS "hour",
  "plays_by_weekday_and_hour"."plays" AS "plays"
FROM "plays_by_weekday_and_hour" AS "plays_by_weekday_and_hour"
WHERE
  "plays_by_weekday_and_hour"."weekday" IS NULL;

-- hour_not_null (error): hour is never null.

SELECT
  "plays_by_weekday_and_hour"."weekday" AS "weekday",
  "plays_by_weekday_and_hour"."hour" AS "hour",
  "plays_by_weekday_and_hour"."plays" AS "plays"
FROM "plays_by_weekday_and_hour" AS "plays_by_weekday_and_hour"
WHERE
  "plays_by_weekday_and_hour"."hour" IS NULL;
