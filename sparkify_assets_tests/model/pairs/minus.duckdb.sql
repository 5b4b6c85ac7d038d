SELECT "t"."a" AS "a" FROM "t" AS "t"
EXCEPT
SELECT 1 AS "a"
