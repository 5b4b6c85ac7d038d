SELECT
    CAST("t"."m" AS TIMESTAMP) + INTERVAL 1 DAY AS "tomorrow",
    DATE_DIFF('DAY', CAST("t"."m" AS TIMESTAMP), CAST('2018-12-31 00:00:00' AS TIMESTAMP)) AS "days_left",
    DATE_TRUNC('MONTH', "t"."m") AS "month"
FROM "t" AS "t"
