-- primary_key (error): No two rows have the same start_time.

SELECT
  "every_row"."start_time" + INTERVAL '0' SECOND AS "start_time",
  COUNT(*) AS "rows_with_it"
FROM "time" AS "every_row"
GROUP BY
  "every_row"."start_time" + INTERVAL '0' SECOND
HAVING
  COUNT(*) > 1;

-- primary_key, of two partitions

SELECT
  "every_row"."start_time" + INTERVAL '0' SECOND AS "start_time",
  COUNT(*) AS "rows_with_it"
FROM "time" AS "every_row"
INNER JOIN (
  SELECT DISTINCT
    "start_time" + INTERVAL '0' SECOND AS "start_time"
  FROM "time"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "asked"
  ON "every_row"."start_time" = "asked"."start_time"
GROUP BY
  "every_row"."start_time" + INTERVAL '0' SECOND
HAVING
  COUNT(*) > 1;
