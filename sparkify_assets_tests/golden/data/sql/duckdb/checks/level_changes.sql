-- primary_key (error): No two rows have the same user_id, changed_at.

SELECT
  "every_row"."user_id" AS "user_id",
  "every_row"."changed_at" AS "changed_at",
  COUNT(*) AS "rows_with_it"
FROM "level_changes" AS "every_row"
GROUP BY
  "every_row"."user_id",
  "every_row"."changed_at"
HAVING
  COUNT(*) > 1;

-- user_id_not_null (error): user_id is never null.

SELECT
  "level_changes"."user_id" AS "user_id",
  "level_changes"."changed_at" AS "changed_at",
  "level_changes"."from_level" AS "from_level",
  "level_changes"."to_level" AS "to_level",
  "level_changes"."plays_before" AS "plays_before",
  "level_changes"."plays_after" AS "plays_after"
FROM "level_changes" AS "level_changes"
WHERE
  "level_changes"."user_id" IS NULL;

-- changed_at_not_null (error): changed_at is never null.

SELECT
  "level_changes"."user_id" AS "user_id",
  "level_changes"."changed_at" AS "changed_at",
  "level_changes"."from_level" AS "from_level",
  "level_changes"."to_level" AS "to_level",
  "level_changes"."plays_before" AS "plays_before",
  "level_changes"."plays_after" AS "plays_after"
FROM "level_changes" AS "level_changes"
WHERE
  "level_changes"."changed_at" IS NULL;

-- text_length_within_limit (error): No text is longer, in bytes, than its column says.

SELECT
  "level_changes"."user_id" AS "user_id",
  "level_changes"."changed_at" AS "changed_at",
  "level_changes"."from_level" AS "from_level",
  "level_changes"."to_level" AS "to_level",
  "level_changes"."plays_before" AS "plays_before",
  "level_changes"."plays_after" AS "plays_after"
FROM "level_changes" AS "level_changes"
WHERE
  STRLEN("level_changes"."from_level") > 16 OR STRLEN("level_changes"."to_level") > 16;
