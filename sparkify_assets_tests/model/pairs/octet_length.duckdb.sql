SELECT
    STRLEN("t"."s") AS "bytes",
    LENGTH("t"."s") AS "characters"
FROM "t" AS "t"
