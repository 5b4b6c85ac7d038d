-- primary_key (error): No two rows have the same day, level.

SELECT
  "every_row"."day" AS "day",
  "every_row"."level" AS "level",
  COUNT(*) AS "rows_with_it"
FROM "plays_by_day_and_level" AS "every_row"
GROUP BY
  "every_row"."day",
  "every_row"."level"
HAVING
  COUNT(*) > 1;

-- day_not_null (error): day is never null.

SELECT
  "plays_by_day_and_level"."day" AS "day",
  "plays_by_day_and_level"."level" AS "level",
  "plays_by_day_and_level"."plays" AS "plays",
  "plays_by_day_and_level"."users" AS "users"
FROM "plays_by_day_and_level" AS "plays_by_day_and_level"
WHERE
  "plays_by_day_and_level"."day" IS NULL;

-- level_not_null (error): level is never null.

SELECT
  "plays_by_day_and_level"."day" AS "day",
  "plays_by_day_and_level"."level" AS "level",
  "plays_by_day_and_level"."plays" AS "plays",
  "plays_by_day_and_level"."users" AS "users"
FROM "plays_by_day_and_level" AS "plays_by_day_and_level"
WHERE
  "plays_by_day_and_level"."level" IS NULL;

-- text_length_within_limit (error): No text is longer, in bytes, than its column says.

SELECT
  "plays_by_day_and_level"."day" AS "day",
  "plays_by_day_and_level"."level" AS "level",
  "plays_by_day_and_level"."plays" AS "plays",
  "plays_by_day_and_level"."users" AS "users"
FROM "plays_by_day_and_level" AS "plays_by_day_and_level"
WHERE
  STRLEN("plays_by_day_and_level"."level") > 16;
