SELECT
    "t"."s" AS "s",
    "t"."a" AS "a"
FROM "t" AS "t"
QUALIFY ROW_NUMBER() OVER (PARTITION BY "t"."s" ORDER BY "t"."a" DESC NULLS FIRST, "t"."b") = 1
ORDER BY "s"
