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
  CAST("songplays"."start_time" AS DATE) AS "day",
  COALESCE(NULLIF(RTRIM("songplays"."level", ' '), ''), 'unknown') AS "level",
  COUNT(*) AS "plays",
  COUNT(DISTINCT "songplays"."user_id") AS "users"
FROM "songplays" AS "songplays"
GROUP BY
  CAST("songplays"."start_time" AS DATE),
  COALESCE(NULLIF(RTRIM("songplays"."level", ' '), ''), 'unknown');
