-- plays_not_null (error): plays is never null.

SELECT
  "most_active_users"."first_name" AS "first_name",
  "most_active_users"."last_name" AS "last_name",
  "most_active_users"."plays" AS "plays"
FROM "most_active_users" AS "most_active_users"
WHERE
  "most_active_users"."plays" IS NULL;

-- text_length_within_limit (error): No text is longer, in bytes, than its column says.

SELECT
  "most_active_users"."first_name" AS "first_name",
  "most_active_users"."last_name" AS "last_name",
  "most_active_users"."plays" AS "plays"
FROM "most_active_users" AS "most_active_users"
WHERE
  STRLEN("most_active_users"."first_name") > 256 OR STRLEN("most_active_users"."last_name") > 256;
