-- primary_key (error): No two rows have the same start_time.

SELECT
  "every_row"."start_time" AS "start_time",
  COUNT(*) AS "rows_with_it"
FROM "time" AS "every_row"
GROUP BY
  "every_row"."start_time"
HAVING
  COUNT(*) > 1;

-- primary_key, of two partitions

SELECT
  "every_row"."start_time" AS "start_time",
  COUNT(*) AS "rows_with_it"
FROM "time" AS "every_row"
INNER JOIN (
  SELECT DISTINCT
    "start_time"
  FROM "time"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "asked"
  ON "every_row"."start_time" = "asked"."start_time"
GROUP BY
  "every_row"."start_time"
HAVING
  COUNT(*) > 1;

-- start_time_not_null (error): start_time is never null.

SELECT
  "time"."start_time" AS "start_time",
  "time"."hour" AS "hour",
  "time"."day" AS "day",
  "time"."week" AS "week",
  "time"."month" AS "month",
  "time"."year" AS "year",
  "time"."weekday" AS "weekday",
  "time"."log_date" AS "log_date"
FROM "time" AS "time"
WHERE
  "time"."start_time" IS NULL;

-- start_time_not_null, of two partitions

SELECT
  "time"."start_time" AS "start_time",
  "time"."hour" AS "hour",
  "time"."day" AS "day",
  "time"."week" AS "week",
  "time"."month" AS "month",
  "time"."year" AS "year",
  "time"."weekday" AS "weekday",
  "time"."log_date" AS "log_date"
FROM (
  SELECT
    *
  FROM "time"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "time"
WHERE
  "time"."start_time" IS NULL;

-- hour_not_null (error): hour is never null.

SELECT
  "time"."start_time" AS "start_time",
  "time"."hour" AS "hour",
  "time"."day" AS "day",
  "time"."week" AS "week",
  "time"."month" AS "month",
  "time"."year" AS "year",
  "time"."weekday" AS "weekday",
  "time"."log_date" AS "log_date"
FROM "time" AS "time"
WHERE
  "time"."hour" IS NULL;

-- hour_not_null, of two partitions

SELECT
  "time"."start_time" AS "start_time",
  "time"."hour" AS "hour",
  "time"."day" AS "day",
  "time"."week" AS "week",
  "time"."month" AS "month",
  "time"."year" AS "year",
  "time"."weekday" AS "weekday",
  "time"."log_date" AS "log_date"
FROM (
  SELECT
    *
  FROM "time"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "time"
WHERE
  "time"."hour" IS NULL;

-- day_not_null (error): day is never null.

SELECT
  "time"."start_time" AS "start_time",
  "time"."hour" AS "hour",
  "time"."day" AS "day",
  "time"."week" AS "week",
  "time"."month" AS "month",
  "time"."year" AS "year",
  "time"."weekday" AS "weekday",
  "time"."log_date" AS "log_date"
FROM "time" AS "time"
WHERE
  "time"."day" IS NULL;

-- day_not_null, of two partitions

SELECT
  "time"."start_time" AS "start_time",
  "time"."hour" AS "hour",
  "time"."day" AS "day",
  "time"."week" AS "week",
  "time"."month" AS "month",
  "time"."year" AS "year",
  "time"."weekday" AS "weekday",
  "time"."log_date" AS "log_date"
FROM (
  SELECT
    *
  FROM "time"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "time"
WHERE
  "time"."day" IS NULL;

-- week_not_null (error): week is never null.

SELECT
  "time"."start_time" AS "start_time",
  "time"."hour" AS "hour",
  "time"."day" AS "day",
  "time"."week" AS "week",
  "time"."month" AS "month",
  "time"."year" AS "year",
  "time"."weekday" AS "weekday",
  "time"."log_date" AS "log_date"
FROM "time" AS "time"
WHERE
  "time"."week" IS NULL;

-- week_not_null, of two partitions

SELECT
  "time"."start_time" AS "start_time",
  "time"."hour" AS "hour",
  "time"."day" AS "day",
  "time"."week" AS "week",
  "time"."month" AS "month",
  "time"."year" AS "year",
  "time"."weekday" AS "weekday",
  "time"."log_date" AS "log_date"
FROM (
  SELECT
    *
  FROM "time"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "time"
WHERE
  "time"."week" IS NULL;

-- month_not_null (error): month is never null.

SELECT
  "time"."start_time" AS "start_time",
  "time"."hour" AS "hour",
  "time"."day" AS "day",
  "time"."week" AS "week",
  "time"."month" AS "month",
  "time"."year" AS "year",
  "time"."weekday" AS "weekday",
  "time"."log_date" AS "log_date"
FROM "time" AS "time"
WHERE
  "time"."month" IS NULL;

-- month_not_null, of two partitions

SELECT
  "time"."start_time" AS "start_time",
  "time"."hour" AS "hour",
  "time"."day" AS "day",
  "time"."week" AS "week",
  "time"."month" AS "month",
  "time"."year" AS "year",
  "time"."weekday" AS "weekday",
  "time"."log_date" AS "log_date"
FROM (
  SELECT
    *
  FROM "time"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "time"
WHERE
  "time"."month" IS NULL;

-- year_not_null (error): year is never null.

SELECT
  "time"."start_time" AS "start_time",
  "time"."hour" AS "hour",
  "time"."day" AS "day",
  "time"."week" AS "week",
  "time"."month" AS "month",
  "time"."year" AS "year",
  "time"."weekday" AS "weekday",
  "time"."log_date" AS "log_date"
FROM "time" AS "time"
WHERE
  "time"."year" IS NULL;

-- year_not_null, of two partitions

SELECT
  "time"."start_time" AS "start_time",
  "time"."hour" AS "hour",
  "time"."day" AS "day",
  "time"."week" AS "week",
  "time"."month" AS "month",
  "time"."year" AS "year",
  "time"."weekday" AS "weekday",
  "time"."log_date" AS "log_date"
FROM (
  SELECT
    *
  FROM "time"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "time"
WHERE
  "time"."year" IS NULL;

-- weekday_not_null (error): weekday is never null.

SELECT
  "time"."start_time" AS "start_time",
  "time"."hour" AS "hour",
  "time"."day" AS "day",
  "time"."week" AS "week",
  "time"."month" AS "month",
  "time"."year" AS "year",
  "time"."weekday" AS "weekday",
  "time"."log_date" AS "log_date"
FROM "time" AS "time"
WHERE
  "time"."weekday" IS NULL;

-- weekday_not_null, of two partitions

SELECT
  "time"."start_time" AS "start_time",
  "time"."hour" AS "hour",
  "time"."day" AS "day",
  "time"."week" AS "week",
  "time"."month" AS "month",
  "time"."year" AS "year",
  "time"."weekday" AS "weekday",
  "time"."log_date" AS "log_date"
FROM (
  SELECT
    *
  FROM "time"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "time"
WHERE
  "time"."weekday" IS NULL;

-- log_date_not_null (error): log_date is never null.

SELECT
  "time"."start_time" AS "start_time",
  "time"."hour" AS "hour",
  "time"."day" AS "day",
  "time"."week" AS "week",
  "time"."month" AS "month",
  "time"."year" AS "year",
  "time"."weekday" AS "weekday",
  "time"."log_date" AS "log_date"
FROM "time" AS "time"
WHERE
  "time"."log_date" IS NULL;

-- log_date_not_null, of two partitions

SELECT
  "time"."start_time" AS "start_time",
  "time"."hour" AS "hour",
  "time"."day" AS "day",
  "time"."week" AS "week",
  "time"."month" AS "month",
  "time"."year" AS "year",
  "time"."weekday" AS "weekday",
  "time"."log_date" AS "log_date"
FROM (
  SELECT
    *
  FROM "time"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "time"
WHERE
  "time"."log_date" IS NULL;
