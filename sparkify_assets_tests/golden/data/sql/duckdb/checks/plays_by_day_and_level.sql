-- primary_key (error): No two rows have the same day, level.

SELECT
  "every_row"."day" + INTERVAL '0' SECOND AS "day",
  "every_row"."level" || '' AS "level",
  COUNT(*) AS "rows_with_it"
FROM "plays_by_day_and_level" AS "every_row"
GROUP BY
  "every_row"."day" + INTERVAL '0' SECOND,
  "every_row"."level" || ''
HAVING
  COUNT(*) > 1;
