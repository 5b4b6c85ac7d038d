SELECT
    EXTRACT(YEAR FROM "t"."m") AS "year",
    EXTRACT(QUARTER FROM "t"."m") AS "quarter",
    EXTRACT(MONTH FROM "t"."m") AS "month",
    EXTRACT(WEEK FROM "t"."m") AS "week",
    EXTRACT(DAY FROM "t"."m") AS "day",
    EXTRACT(DAYOFYEAR FROM "t"."m") AS "yearday",
    EXTRACT(DAYOFWEEK FROM "t"."m") AS "weekday",
    EXTRACT(HOUR FROM "t"."m") AS "hour",
    EXTRACT(MINUTE FROM "t"."m") AS "minute",
    EXTRACT(SECOND FROM "t"."m") AS "second"
FROM "t" AS "t"
ORDER BY "t"."m"
