-- made

CREATE TABLE "plays_by_location" (
  "location" TEXT(512) NOT NULL CHECK (STRLEN("location") <= 512),
  "plays" BIGINT,
  "users" BIGINT
);
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
  COALESCE(NULLIF(RTRIM("songplays"."location", ' '), ''), 'unknown') AS "location",
  COUNT(*) AS "plays",
  COUNT(DISTINCT "songplays"."user_id") AS "users"
FROM "songplays" AS "songplays"
GROUP BY
  COALESCE(NULLIF(RTRIM("songplays"."location", ' '), ''), 'unknown');
