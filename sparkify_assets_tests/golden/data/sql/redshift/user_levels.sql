-- made

CREATE TABLE "user_levels" (
  "user_id" INTEGER NOT NULL REFERENCES "users" (
    "user_id"
  ),
  "valid_from" TIMESTAMP NOT NULL,
  "valid_to" TIMESTAMP,
  "level" VARCHAR(16),
  PRIMARY KEY ("user_id", "valid_from")
)
DISTSTYLE ALL
SORTKEY("user_id", "valid_from");
COMMENT ON TABLE "user_levels" IS 'History of the subscription of each user, as their plays show it by event time: valid_from <= moment < valid_to. One row each time it is another than before.';
COMMENT ON COLUMN "user_levels"."user_id" IS 'The user.';
COMMENT ON COLUMN "user_levels"."valid_from" IS 'The first play at this level, UTC.';
COMMENT ON COLUMN "user_levels"."valid_to" IS 'The first play at the next level, UTC; null where this one lasts.';
COMMENT ON COLUMN "user_levels"."level" IS 'Subscription: free or paid; null where their plays do not tell it (null or blank), which ends the level before.';

-- rebuilt

DELETE FROM "user_levels";

INSERT INTO "user_levels" (
  "user_id",
  "valid_from",
  "valid_to",
  "level"
)
WITH "plays" AS (
  SELECT
    "session_hours"."user_id" AS "user_id",
    "session_hours"."first_play" AS "start_time",
    "session_hours"."session_id" AS "session_id",
    "session_hours"."first_item" AS "item_in_session",
    COALESCE("session_hours"."level", '') AS "level_or_none",
    LAG(COALESCE("session_hours"."level", '')) OVER (
      PARTITION BY "session_hours"."user_id"
      ORDER BY "session_hours"."first_play", "session_hours"."session_id", "session_hours"."first_item"
    ) AS "previous"
  FROM "session_hours" AS "session_hours"
), "moments" AS (
  SELECT
    "plays"."user_id" AS "user_id",
    "plays"."start_time" AS "start_time",
    "plays"."level_or_none" AS "level_or_none"
  FROM "plays" AS "plays"
  WHERE
    "plays"."previous" IS NULL OR "plays"."previous" <> "plays"."level_or_none"
  QUALIFY
    ROW_NUMBER() OVER (PARTITION BY "plays"."user_id", "plays"."start_time" ORDER BY "plays"."session_id" DESC, "plays"."item_in_session" DESC) = 1
), "steps" AS (
  SELECT
    "moments"."user_id" AS "user_id",
    "moments"."start_time" AS "start_time",
    "moments"."level_or_none" AS "level_or_none",
    LAG("moments"."level_or_none") OVER (PARTITION BY "moments"."user_id" ORDER BY "moments"."start_time") AS "previous"
  FROM "moments" AS "moments"
)
SELECT
  "steps"."user_id" AS "user_id",
  "steps"."start_time" AS "valid_from",
  LEAD("steps"."start_time") OVER (PARTITION BY "steps"."user_id" ORDER BY "steps"."start_time") AS "valid_to",
  NULLIF("steps"."level_or_none", '') AS "level"
FROM "steps" AS "steps"
WHERE
  "steps"."previous" IS NULL OR "steps"."previous" <> "steps"."level_or_none";
