SELECT
    "t"."a" AS "a",
    ROW_NUMBER() OVER (ORDER BY "t"."a") AS "upwards",
    ROW_NUMBER() OVER (ORDER BY "t"."a" DESC NULLS FIRST) AS "downwards"
FROM "t" AS "t"
ORDER BY "a" DESC NULLS FIRST
