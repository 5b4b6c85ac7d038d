SELECT
    "t"."b" // 1000 AS "seconds",
    "t"."b" // 4294967296 AS "session_id",
    -"t"."a" // 2 AS "half",
    "t"."a" // 2 // 2 AS "quarter",
    "t"."x" / 2 AS "fraction",
    "t"."a" / "t"."x" AS "mixed",
    SUM("t"."a") OVER () // COUNT(*) OVER () AS "mean"
FROM "t" AS "t"
