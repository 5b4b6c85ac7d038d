-- primary_key (error): No two rows have the same day.

SELECT
  "every_row"."day" + INTERVAL '0 SECOND' AS "day",
  COUNT(*) AS "rows_with_it"
FROM "active_users" AS "every_row"
GROUP BY
  "every_row"."day" + INTERVAL '0 SECOND'
HAVING
  COUNT(*) > 1;

-- users_of_each_day (error): The users of each day are those with an event in user_days.

WITH "there" AS (
  SELECT
    "user_days"."day" AS "day",
    COUNT(*) AS "users"
  FROM "user_days" AS "user_days"
  GROUP BY
    "user_days"."day"
)
SELECT
  COALESCE("here"."day", "there"."day") AS "day",
  "here"."dau" AS "dau",
  "there"."users" AS "users_in_user_days"
FROM "active_users" AS "here"
FULL JOIN "there" AS "there"
  ON "here"."day" = "there"."day"
WHERE
  COALESCE("here"."dau", 0) <> COALESCE("there"."users", 0);

-- windows_contain_one_another (error): The users of a day are among those of its 7 days, and these among those of its 28 days.

SELECT
  "active_users"."day" AS "day",
  "active_users"."dau" AS "dau",
  "active_users"."wau" AS "wau",
  "active_users"."mau" AS "mau"
FROM "active_users" AS "active_users"
WHERE
  "active_users"."dau" > "active_users"."wau" OR "active_users"."wau" > "active_users"."mau";
