-- primary_key (error): No two rows have the same day.

SELECT
  "every_row"."day" AS "day",
  COUNT(*) AS "rows_with_it"
FROM "new_and_returning_users" AS "every_row"
GROUP BY
  "every_row"."day"
HAVING
  COUNT(*) > 1;

-- day_not_null (error): day is never null.

SELECT
  "new_and_returning_users"."day" AS "day",
  "new_and_returning_users"."new_users" AS "new_users",
  "new_and_returning_users"."returning_users" AS "returning_users"
FROM "new_and_returning_users" AS "new_and_returning_users"
WHERE
  "new_and_returning_users"."day" IS NULL;
