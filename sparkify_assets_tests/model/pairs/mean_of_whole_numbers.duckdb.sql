SELECT AVG(CAST("t"."a" AS DOUBLE)) AS "mean" FROM "t" AS "t"
