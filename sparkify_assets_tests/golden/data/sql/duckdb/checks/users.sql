-- primary_key (error): No two rows have the same user_id.

SELECT
  "every_row"."user_id" AS "user_id",
  COUNT(*) AS "rows_with_it"
FROM "users" AS "every_row"
GROUP BY
  "every_row"."user_id"
HAVING
  COUNT(*) > 1;

-- primary_key, of two partitions

SELECT
  "every_row"."user_id" AS "user_id",
  COUNT(*) AS "rows_with_it"
FROM "users" AS "every_row"
INNER JOIN (
  SELECT DISTINCT
    "user_id"
  FROM "users"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "asked"
  ON "every_row"."user_id" = "asked"."user_id"
GROUP BY
  "every_row"."user_id"
HAVING
  COUNT(*) > 1;

-- user_id_not_null (error): user_id is never null.

SELECT
  "users"."user_id" AS "user_id",
  "users"."first_name" AS "first_name",
  "users"."last_name" AS "last_name",
  "users"."gender" AS "gender",
  "users"."level" AS "level",
  "users"."log_date" AS "log_date"
FROM "users" AS "users"
WHERE
  "users"."user_id" IS NULL;

-- user_id_not_null, of two partitions

SELECT
  "users"."user_id" AS "user_id",
  "users"."first_name" AS "first_name",
  "users"."last_name" AS "last_name",
  "users"."gender" AS "gender",
  "users"."level" AS "level",
  "users"."log_date" AS "log_date"
FROM (
  SELECT
    *
  FROM "users"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "users"
WHERE
  "users"."user_id" IS NULL;

-- log_date_not_null (error): log_date is never null.

SELECT
  "users"."user_id" AS "user_id",
  "users"."first_name" AS "first_name",
  "users"."last_name" AS "last_name",
  "users"."gender" AS "gender",
  "users"."level" AS "level",
  "users"."log_date" AS "log_date"
FROM "users" AS "users"
WHERE
  "users"."log_date" IS NULL;

-- log_date_not_null, of two partitions

SELECT
  "users"."user_id" AS "user_id",
  "users"."first_name" AS "first_name",
  "users"."last_name" AS "last_name",
  "users"."gender" AS "gender",
  "users"."level" AS "level",
  "users"."log_date" AS "log_date"
FROM (
  SELECT
    *
  FROM "users"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "users"
WHERE
  "users"."log_date" IS NULL;

-- text_length_within_limit (error): No text is longer, in bytes, than its column says.

SELECT
  "users"."user_id" AS "user_id",
  "users"."first_name" AS "first_name",
  "users"."last_name" AS "last_name",
  "users"."gender" AS "gender",
  "users"."level" AS "level",
  "users"."log_date" AS "log_date"
FROM "users" AS "users"
WHERE
  STRLEN("users"."first_name") > 256
  OR STRLEN("users"."last_name") > 256
  OR STRLEN("users"."gender") > 8
  OR STRLEN("users"."level") > 16;

-- text_length_within_limit, of two partitions

SELECT
  "users"."user_id" AS "user_id",
  "users"."first_name" AS "first_name",
  "users"."last_name" AS "last_name",
  "users"."gender" AS "gender",
  "users"."level" AS "level",
  "users"."log_date" AS "log_date"
FROM (
  SELECT
    *
  FROM "users"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "users"
WHERE
  STRLEN("users"."first_name") > 256
  OR STRLEN("users"."last_name") > 256
  OR STRLEN("users"."gender") > 8
  OR STRLEN("users"."level") > 16;

-- level_accepted_values (error): The app knows two subscriptions; a level that its events leave out is unknown.

SELECT
  "users"."user_id" AS "user_id",
  "users"."level" AS "level"
FROM "users" AS "users"
WHERE
  NOT "users"."level" IN ('free', 'paid');

-- level_accepted_values, of two partitions

SELECT
  "users"."user_id" AS "user_id",
  "users"."level" AS "level"
FROM (
  SELECT
    *
  FROM "users"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "users"
WHERE
  NOT "users"."level" IN ('free', 'paid');
