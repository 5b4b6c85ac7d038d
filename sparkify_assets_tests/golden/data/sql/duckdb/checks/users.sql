-- primary_key (error): No two rows have the same user_id.

SELECT
  "every_row"."user_id" + 0 AS "user_id",
  COUNT(*) AS "rows_with_it"
FROM "users" AS "every_row"
GROUP BY
  "every_row"."user_id" + 0
HAVING
  COUNT(*) > 1;

-- primary_key, of two partitions

SELECT
  "every_row"."user_id" + 0 AS "user_id",
  COUNT(*) AS "rows_with_it"
FROM "users" AS "every_row"
INNER JOIN (
  SELECT DISTINCT
    "user_id" + 0 AS "user_id"
  FROM "users"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "asked"
  ON "every_row"."user_id" = "asked"."user_id"
GROUP BY
  "every_row"."user_id" + 0
HAVING
  COUNT(*) > 1;

-- level_accepted_values (warning): level is free, paid, or null.

SELECT
  "users"."level" AS "level",
  "users"."user_id" AS "user_id",
  "users"."first_name" AS "first_name",
  "users"."last_name" AS "last_name",
  "users"."gender" AS "gender",
  "users"."log_date" AS "log_date"
FROM "users" AS "users"
WHERE
  NOT RTRIM("users"."level", ' ') IN ('free', 'paid');

-- level_accepted_values, of two partitions

SELECT
  "users"."level" AS "level",
  "users"."user_id" AS "user_id",
  "users"."first_name" AS "first_name",
  "users"."last_name" AS "last_name",
  "users"."gender" AS "gender",
  "users"."log_date" AS "log_date"
FROM (
  SELECT
    *
  FROM "users"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "users"
WHERE
  NOT RTRIM("users"."level", ' ') IN ('free', 'paid');
