SELECT
    RTRIM("t"."s", ' ') || '|' AS "at_the_end",
    '|' || LTRIM("t"."s", ' ') AS "at_the_start",
    '|' || TRIM("t"."s", ' ') || '|' AS "at_both",
    '|' || TRIM("t"."s", 'x') || '|' AS "of_x"
FROM "t" AS "t"
