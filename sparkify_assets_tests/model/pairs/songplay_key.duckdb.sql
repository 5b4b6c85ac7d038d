SELECT CAST("t"."a" AS BIGINT) * 4294967296 + "t"."a" AS "songplay_id" FROM "t" AS "t"
