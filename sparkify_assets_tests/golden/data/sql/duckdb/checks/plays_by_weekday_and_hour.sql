-- primary_key (error): No two rows have the same weekday, hour.

SELECT
  "every_row"."weekday" + 0 AS "weekday",
  "every_row"."hour" + 0 AS "hour",
  COUNT(*) AS "rows_with_it"
FROM "plays_by_weekday_and_hour" AS "every_row"
GROUP BY
  "every_row"."weekday" + 0,
  "every_row"."hour" + 0
HAVING
  COUNT(*) > 1;
