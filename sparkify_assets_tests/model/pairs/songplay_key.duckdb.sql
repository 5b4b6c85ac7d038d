SELECT CAST('0x' || LEFT(MD5(CAST("t"."a" AS TEXT) || '|' || CAST("t"."b" AS TEXT)), 15) AS BIGINT) AS "songplay_id" FROM "t" AS "t"
