-- made

CREATE TABLE "plays_by_weekday_and_hour" (
  "weekday" INTEGER NOT NULL,
  "hour" INTEGER NOT NULL,
  "plays" BIGINT,
  PRIMARY KEY ("weekday", "hour")
)
DISTSTYLE ALL;
COMMENT ON TABLE "plays_by_weekday_and_hour" IS 'Plays by day of the week and hour, all weeks together, UTC; an hour without a play has no row.';
COMMENT ON COLUMN "plays_by_weekday_and_hour"."weekday" IS 'Day of the week, 0 = Sunday to 6 = Saturday, UTC.';
COMMENT ON COLUMN "plays_by_weekday_and_hour"."hour" IS 'Hour of the day, 0 to 23, UTC.';
COMMENT ON COLUMN "plays_by_weekday_and_hour"."plays" IS 'Songs that began in this hour.';

-- rebuilt

DELETE FROM "plays_by_weekday_and_hour";

INSERT INTO "plays_by_weekday_and_hour" (
  "weekday",
  "hour",
  "plays"
)
SELECT
  EXTRACT(DOW FROM "session_hours"."day") AS "weekday",
  "session_hours"."hour" AS "hour",
  SUM("session_hours"."plays") AS "plays"
FROM "session_hours" AS "session_hours"
GROUP BY
  EXTRACT(DOW FROM "session_hours"."day"),
  "session_hours"."hour";
