-- made

CREATE TABLE "plays_by_day_and_level" (
  "day" DATE NOT NULL,
  "level" TEXT(16) NOT NULL CHECK (STRLEN("level") <= 16),
  "plays" BIGINT,
  "users" BIGINT
);
COMMENT ON TABLE "plays_by_day_and_level" IS 'Plays by day (UTC, of the event) and subscription at the time; a day without a play at that level has no row.';
COMMENT ON COLUMN "plays_by_day_and_level"."day" IS 'Day on which the songs began, UTC.';
COMMENT ON COLUMN "plays_by_day_and_level"."level" IS 'Subscription at the time: free or paid; unknown where the event does not say.';
COMMENT ON COLUMN "plays_by_day_and_level"."plays" IS 'Songs played.';
COMMENT ON COLUMN "plays_by_day_and_level"."users" IS 'Different users who played them.';

-- rebuilt

DELETE FROM "plays_by_day_and_level";

INSERT INTO "plays_by_day_and_level" (
  "day",
  "level",
  "plays",
  "users"
)
SELECT
  "session_hours"."day" AS "day",
  COALESCE("session_hours"."level", 'unknown') AS "level",
  SUM("session_hours"."plays") AS "plays",
  COUNT(DISTINCT "session_hours"."user_id") AS "users"
FROM "session_hours" AS "session_hours"
GROUP BY
  "session_hours"."day",
  COALESCE("session_hours"."level", 'unknown');

-- recomputed for two ranges of days

DELETE FROM "plays_by_day_and_level"
WHERE
  (
    "plays_by_day_and_level"."day" >= CAST(? AS DATE) AND "plays_by_day_and_level"."day" < CAST(? AS DATE)
  )
  OR (
    "plays_by_day_and_level"."day" >= CAST(? AS DATE) AND "plays_by_day_and_level"."day" < CAST(? AS DATE)
  );

INSERT INTO "plays_by_day_and_level" (
  "day",
  "level",
  "plays",
  "users"
)
SELECT
  "session_hours"."day" AS "day",
  COALESCE("session_hours"."level", 'unknown') AS "level",
  SUM("session_hours"."plays") AS "plays",
  COUNT(DISTINCT "session_hours"."user_id") AS "users"
FROM "session_hours" AS "session_hours"
WHERE
  (
    "session_hours"."day" >= CAST(? AS DATE) AND "session_hours"."day" < CAST(? AS DATE)
  )
  OR (
    "session_hours"."day" >= CAST(? AS DATE) AND "session_hours"."day" < CAST(? AS DATE)
  )
GROUP BY
  "session_hours"."day",
  COALESCE("session_hours"."level", 'unknown');
