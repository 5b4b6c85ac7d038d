-- made

CREATE TABLE "plays_by_location" (
  "location" VARCHAR(512) NOT NULL,
  "plays" BIGINT,
  "users" BIGINT,
  PRIMARY KEY ("location")
)
DISTSTYLE ALL;
COMMENT ON TABLE "plays_by_location" IS 'Plays by place of the user at the time, all days together: every place that has any.';
COMMENT ON COLUMN "plays_by_location"."location" IS 'Metropolitan area and states, as the app sent it; unknown where it sent none.';
COMMENT ON COLUMN "plays_by_location"."plays" IS 'Songs played there.';
COMMENT ON COLUMN "plays_by_location"."users" IS 'Different users who played them.';

-- rebuilt

DELETE FROM "plays_by_location";

INSERT INTO "plays_by_location" (
  "location",
  "plays",
  "users"
)
SELECT
  COALESCE("session_hours"."location", 'unknown') AS "location",
  SUM("session_hours"."plays") AS "plays",
  COUNT(DISTINCT "session_hours"."user_id") AS "users"
FROM "session_hours" AS "session_hours"
GROUP BY
  COALESCE("session_hours"."location", 'unknown');
