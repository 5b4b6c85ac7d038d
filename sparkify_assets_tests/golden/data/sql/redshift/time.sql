-- made

CREATE TABLE "time" (
  "start_time" TIMESTAMP NOT NULL,
  "hour" INTEGER NOT NULL,
  "day" INTEGER NOT NULL,
  "week" INTEGER NOT NULL,
  "month" INTEGER NOT NULL,
  "year" INTEGER NOT NULL,
  "weekday" INTEGER NOT NULL,
  "log_date" DATE NOT NULL,
  PRIMARY KEY ("start_time")
)
DISTSTYLE KEY
DISTKEY("start_time")
SORTKEY("start_time");
COMMENT ON TABLE "time" IS 'One row each distinct start of a play, taken apart; all in UTC.';
COMMENT ON COLUMN "time"."start_time" IS 'When a play began, UTC, to the millisecond.';
COMMENT ON COLUMN "time"."hour" IS 'Hour of the day, 0 to 23.';
COMMENT ON COLUMN "time"."day" IS 'Day of the month, 1 to 31.';
COMMENT ON COLUMN "time"."week" IS 'ISO week, 1 to 53; the first days of January may belong to week 52 or 53.';
COMMENT ON COLUMN "time"."month" IS 'Month, 1 to 12.';
COMMENT ON COLUMN "time"."year" IS 'Calendar year (not the ISO year).';
COMMENT ON COLUMN "time"."weekday" IS 'Day of the week, 0 = Sunday to 6 = Saturday.';
COMMENT ON COLUMN "time"."log_date" IS 'Audit: the earliest day whose plays began then.';

-- rebuilt

SELECT
  "log_date",
  COUNT(*)
FROM "time"
GROUP BY
  "log_date";

DELETE FROM "time";

INSERT INTO "time" (
  "start_time",
  "hour",
  "day",
  "week",
  "month",
  "year",
  "weekday",
  "log_date"
)
SELECT
  "songplays"."start_time" AS "start_time",
  EXTRACT(HOUR FROM "songplays"."start_time") AS "hour",
  EXTRACT(DAY FROM "songplays"."start_time") AS "day",
  EXTRACT(WEEK FROM "songplays"."start_time") AS "week",
  EXTRACT(MONTH FROM "songplays"."start_time") AS "month",
  EXTRACT(YEAR FROM "songplays"."start_time") AS "year",
  EXTRACT(DOW FROM "songplays"."start_time") AS "weekday",
  MIN("songplays"."log_date") AS "log_date"
FROM "songplays" AS "songplays"
GROUP BY
  "songplays"."start_time";

SELECT
  "log_date",
  COUNT(*)
FROM "time"
GROUP BY
  "log_date";

-- refreshed for two partitions

CREATE TEMPORARY TABLE "sparkify_temporary_touched_keys" (
  "start_time" TIMESTAMP
);

INSERT INTO "sparkify_temporary_touched_keys" (
  "start_time"
)
SELECT
  "start_time"
FROM "time"
WHERE
  "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
UNION
SELECT
  "songplays"."start_time" AS "start_time"
FROM "songplays" AS "songplays"
WHERE
  "songplays"."log_date" IN (CAST(? AS DATE), CAST(? AS DATE));

SELECT
  MIN("start_time"),
  MAX("start_time")
FROM "sparkify_temporary_touched_keys";

SELECT
  "time"."log_date",
  COUNT(*)
FROM "time"
INNER JOIN "sparkify_temporary_touched_keys"
  ON "time"."start_time" = "sparkify_temporary_touched_keys"."start_time"
WHERE
  "time"."start_time" BETWEEN CAST(? AS TIMESTAMP) AND CAST(? AS TIMESTAMP)
GROUP BY
  "time"."log_date";

DELETE FROM "time" USING   "sparkify_temporary_touched_keys"
WHERE
  "time"."start_time" = "sparkify_temporary_touched_keys"."start_time"
  AND "time"."start_time" BETWEEN CAST(? AS TIMESTAMP) AND CAST(? AS TIMESTAMP);

INSERT INTO "time" (
  "start_time",
  "hour",
  "day",
  "week",
  "month",
  "year",
  "weekday",
  "log_date"
)
SELECT
  "songplays"."start_time" AS "start_time",
  EXTRACT(HOUR FROM "songplays"."start_time") AS "hour",
  EXTRACT(DAY FROM "songplays"."start_time") AS "day",
  EXTRACT(WEEK FROM "songplays"."start_time") AS "week",
  EXTRACT(MONTH FROM "songplays"."start_time") AS "month",
  EXTRACT(YEAR FROM "songplays"."start_time") AS "year",
  EXTRACT(DOW FROM "songplays"."start_time") AS "weekday",
  MIN("songplays"."log_date") AS "log_date"
FROM "songplays" AS "songplays"
INNER JOIN "sparkify_temporary_touched_keys"
  ON "songplays"."start_time" = "sparkify_temporary_touched_keys"."start_time"
WHERE
  "songplays"."start_time" BETWEEN CAST(? AS TIMESTAMP) AND CAST(? AS TIMESTAMP)
GROUP BY
  "songplays"."start_time";

SELECT
  "time"."log_date",
  COUNT(*)
FROM "time"
INNER JOIN "sparkify_temporary_touched_keys"
  ON "time"."start_time" = "sparkify_temporary_touched_keys"."start_time"
WHERE
  "time"."start_time" BETWEEN CAST(? AS TIMESTAMP) AND CAST(? AS TIMESTAMP)
GROUP BY
  "time"."log_date";

DROP TABLE "sparkify_temporary_touched_keys";

SELECT
  COUNT(*)
FROM "time";
