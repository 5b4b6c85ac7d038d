-- primary_key (error): No two rows have the same day.

SELECT
  "every_row"."day" + INTERVAL '0 SECOND' AS "day",
  COUNT(*) AS "rows_with_it"
FROM "new_and_returning_users" AS "every_row"
GROUP BY
  "every_row"."day" + INTERVAL '0 SECOND'
HAVING
  COUNT(*) > 1;
