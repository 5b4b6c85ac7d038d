SELECT
    COALESCE("t"."a", 0) AS "known",
    "t"."s" || 'x' AS "joined",
    CASE WHEN NOT "t"."a" IS NULL THEN 'some' ELSE 'none' END AS "word",
    CASE "t"."a" WHEN 1 THEN 'one' END AS "name"
FROM "t" AS "t"
