SELECT EPOCH_MS("t"."b") AS "start_time"
FROM "t" AS "t"
ORDER BY "t"."b"
