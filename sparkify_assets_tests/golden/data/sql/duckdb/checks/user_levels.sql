-- primary_key (error): No two rows have the same user_id, valid_from.

SELECT
  "every_row"."user_id" + 0 AS "user_id",
  "every_row"."valid_from" + INTERVAL '0' SECOND AS "valid_from",
  COUNT(*) AS "rows_with_it"
FROM "user_levels" AS "every_row"
GROUP BY
  "every_row"."user_id" + 0,
  "every_row"."valid_from" + INTERVAL '0' SECOND
HAVING
  COUNT(*) > 1;

-- user_id_references_users (error): Every user_id is found in users.user_id.

SELECT
  "here"."user_id" AS "user_id",
  "here"."valid_from" AS "valid_from",
  "here"."valid_to" AS "valid_to",
  "here"."level" AS "level"
FROM "user_levels" AS "here"
LEFT JOIN "users" AS "referred"
  ON (
    "here"."user_id" + 0
  ) = (
    "referred"."user_id" + 0
  )
WHERE
  NOT "here"."user_id" IS NULL AND "referred"."user_id" IS NULL;

-- current_level_matches_users (error): The level that lasts is the user's current one.

SELECT
  "u"."user_id" AS "user_id",
  "u"."level" AS "current_level",
  "l"."level" AS "lasting_level"
FROM "users" AS "u"
LEFT JOIN "user_levels" AS "l"
  ON "u"."user_id" = "l"."user_id" AND "l"."valid_to" IS NULL
WHERE
  "l"."user_id" IS NULL OR COALESCE(RTRIM("u"."level", ' '), '') <> COALESCE(RTRIM("l"."level", ' '), '');
