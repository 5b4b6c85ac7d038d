-- primary_key (error): No two rows have the same day.

SELECT
  "every_row"."day" + INTERVAL '0' SECOND AS "day",
  COUNT(*) AS "rows_with_it"
FROM "active_listeners" AS "every_row"
GROUP BY
  "every_row"."day" + INTERVAL '0' SECOND
HAVING
  COUNT(*) > 1;

-- users_of_each_day (error): The users of each day are those with a play in user_days.

WITH "there" AS (
  SELECT
    "user_days"."day" AS "day",
    COUNT(*) AS "users"
  FROM "user_days" AS "user_days"
  WHERE
    "user_days"."plays" > 0
  GROUP BY
    "user_days"."day"
)
SELECT
  COALESCE("here"."day", "there"."day") AS "day",
  "here"."dau" AS "dau",
  "there"."users" AS "users_in_user_days"
FROM "active_listeners" AS "here"
FULL JOIN "there" AS "there"
  ON "here"."day" = "there"."day"
WHERE
  COALESCE("here"."dau", 0) <> COALESCE("there"."users", 0);

-- windows_contain_one_another (error): The users of a day are among those of its 7 days, and these among those of its 28 days.

SELECT
  "active_listeners"."day" AS "day",
  "active_listeners"."dau" AS "dau",
  "active_listeners"."wau" AS "wau",
  "active_listeners"."mau" AS "mau"
FROM "active_listeners" AS "active_listeners"
WHERE
  "active_listeners"."dau" > "active_listeners"."wau" OR "active_listeners"."wau" > "active_listeners"."mau";
