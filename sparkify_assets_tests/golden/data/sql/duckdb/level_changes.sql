-- made

CREATE TABLE "level_changes" (
  "user_id" INT NOT NULL,
  "changed_at" TIMESTAMP NOT NULL,
  "from_level" TEXT(16) CHECK (STRLEN("from_level") <= 16),
  "to_level" TEXT(16) CHECK (STRLEN("to_level") <= 16),
  "plays_before" BIGINT,
  "plays_after" BIGINT
);
COMMENT ON TABLE "level_changes" IS 'Each change of the subscription of a user, and what they played in the seven days (168 hours) before and after; where the logs begin or end within those, there is less to count. From or to a level that the plays do not tell is a change, too.';
COMMENT ON COLUMN "level_changes"."user_id" IS 'The user.';
COMMENT ON COLUMN "level_changes"."changed_at" IS 'Their first play at the new level, UTC.';
COMMENT ON COLUMN "level_changes"."from_level" IS 'Subscription before; null where the plays did not tell it.';
COMMENT ON COLUMN "level_changes"."to_level" IS 'Subscription after; likewise.';
COMMENT ON COLUMN "level_changes"."plays_before" IS 'Songs played in the 168 hours before changed_at.';
COMMENT ON COLUMN "level_changes"."plays_after" IS 'Songs played in the 168 hours from changed_at on, the first one included.';

-- rebuilt

DELETE FROM "level_changes";

INSERT INTO "level_changes" (
  "user_id",
  "changed_at",
  "from_level",
  "to_level",
  "plays_before",
  "plays_after"
)
WITH "changes" AS (
  SELECT
    "user_levels"."user_id" AS "user_id",
    "user_levels"."valid_from" AS "changed_at",
    LAG("user_levels"."level") OVER (PARTITION BY "user_levels"."user_id" ORDER BY "user_levels"."valid_from") AS "from_level",
    "user_levels"."level" AS "to_level"
  FROM "user_levels" AS "user_levels"
  QUALIFY
    ROW_NUMBER() OVER (PARTITION BY "user_levels"."user_id" ORDER BY "user_levels"."valid_from") > 1
)
SELECT
  "c"."user_id" AS "user_id",
  "c"."changed_at" AS "changed_at",
  "c"."from_level" AS "from_level",
  "c"."to_level" AS "to_level",
  SUM(CASE WHEN "p"."start_time" < "c"."changed_at" THEN 1 ELSE 0 END) AS "plays_before",
  SUM(CASE WHEN "p"."start_time" >= "c"."changed_at" THEN 1 ELSE 0 END) AS "plays_after"
FROM "changes" AS "c"
INNER JOIN "songplays" AS "p"
  ON "c"."user_id" = "p"."user_id"
  AND "p"."start_time" >= "c"."changed_at" - INTERVAL '168' HOURS
  AND "p"."start_time" < "c"."changed_at" + INTERVAL '168' HOURS
GROUP BY
  "c"."user_id",
  "c"."changed_at",
  "c"."from_level",
  "c"."to_level";
