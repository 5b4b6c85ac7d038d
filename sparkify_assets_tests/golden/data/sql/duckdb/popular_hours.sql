-- made

CREATE TABLE "popular_hours" (
  "hour" INT NOT NULL,
  "plays" BIGINT NOT NULL
);
COMMENT ON TABLE "popular_hours" IS 'Plays by hour of the day, all days together, UTC; an hour without a play has no row.';
COMMENT ON COLUMN "popular_hours"."hour" IS 'Hour of the day, 0 to 23, UTC.';
COMMENT ON COLUMN "popular_hours"."plays" IS 'Songs that began in this hour.';

-- rebuilt

DELETE FROM "popular_hours";

INSERT INTO "popular_hours" (
  "hour",
  "plays"
)
SELECT
  "session_hours"."hour" AS "hour",
  SUM("session_hours"."plays") AS "plays"
FROM "session_hours" AS "session_hours"
GROUP BY
  "session_hours"."hour"
ORDER BY
  "plays" DESC NULLS FIRST,
  "hour";
