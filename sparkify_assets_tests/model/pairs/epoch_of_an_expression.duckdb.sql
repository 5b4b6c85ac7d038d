SELECT EPOCH_MS(("t"."b" // 10)) AS "start_time" FROM "t" AS "t"
