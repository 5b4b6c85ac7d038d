-- made

CREATE TABLE "user_days" (
  "user_id" INTEGER NOT NULL,
  "day" DATE NOT NULL,
  "events" BIGINT NOT NULL,
  "plays" BIGINT NOT NULL,
  "sessions" BIGINT NOT NULL,
  "listened_seconds" DOUBLE PRECISION NOT NULL,
  "level" VARCHAR(16),
  PRIMARY KEY ("user_id", "day")
)
DISTSTYLE KEY
DISTKEY("user_id")
SORTKEY("day");
COMMENT ON TABLE "user_days" IS 'One row a user and day (UTC) with any event: what the user did on it. Users who never played are among them.';
COMMENT ON COLUMN "user_days"."user_id" IS 'The user.';
COMMENT ON COLUMN "user_days"."day" IS 'Day of the events, UTC.';
COMMENT ON COLUMN "user_days"."events" IS 'Events of any page.';
COMMENT ON COLUMN "user_days"."plays" IS 'Songs played.';
COMMENT ON COLUMN "user_days"."sessions" IS 'Sessions of the app with an event on that day.';
COMMENT ON COLUMN "user_days"."listened_seconds" IS 'Seconds heard of the songs that began on that day: an estimate. A song is taken to be heard until its end, or until the next event of the same user in the same session, which may be on the next day, if that is earlier; a song of unknown length counts none.';
COMMENT ON COLUMN "user_days"."level" IS 'Subscription at the last event of the day: free or paid; null where that event has no level.';

-- rebuilt

DELETE FROM "user_days";

INSERT INTO "user_days" (
  "user_id",
  "day",
  "events",
  "plays",
  "sessions",
  "listened_seconds",
  "level"
)
SELECT
  "s"."user_id" AS "user_id",
  "s"."day" AS "day",
  SUM("s"."events") AS "events",
  SUM("s"."plays") AS "plays",
  COUNT(*) AS "sessions",
  CAST(SUM("s"."listened_ms") AS DOUBLE PRECISION) / 1000 AS "listened_seconds",
  MAX(CASE WHEN "s"."from_the_last" = 1 THEN "s"."last_level" END) AS "level"
FROM (
  SELECT
    "session_days"."user_id" AS "user_id",
    "session_days"."day" AS "day",
    "session_days"."events" AS "events",
    "session_days"."plays" AS "plays",
    "session_days"."listened_ms" AS "listened_ms",
    "session_days"."last_level" AS "last_level",
    ROW_NUMBER() OVER (
      PARTITION BY "session_days"."user_id", "session_days"."day"
      ORDER BY "session_days"."last_event" DESC, "session_days"."session_id" DESC
    ) AS "from_the_last"
  FROM "session_days" AS "session_days"
) AS "s"
GROUP BY
  "s"."user_id",
  "s"."day";

-- recomputed for two ranges of days

DELETE FROM "user_days"
WHERE
  (
    "user_days"."day" >= CAST(? AS DATE) AND "user_days"."day" < CAST(? AS DATE)
  )
  OR (
    "user_days"."day" >= CAST(? AS DATE) AND "user_days"."day" < CAST(? AS DATE)
  );

INSERT INTO "user_days" (
  "user_id",
  "day",
  "events",
  "plays",
  "sessions",
  "listened_seconds",
  "level"
)
SELECT
  "s"."user_id" AS "user_id",
  "s"."day" AS "day",
  SUM("s"."events") AS "events",
  SUM("s"."plays") AS "plays",
  COUNT(*) AS "sessions",
  CAST(SUM("s"."listened_ms") AS DOUBLE PRECISION) / 1000 AS "listened_seconds",
  MAX(CASE WHEN "s"."from_the_last" = 1 THEN "s"."last_level" END) AS "level"
FROM (
  SELECT
    "session_days"."user_id" AS "user_id",
    "session_days"."day" AS "day",
    "session_days"."events" AS "events",
    "session_days"."plays" AS "plays",
    "session_days"."listened_ms" AS "listened_ms",
    "session_days"."last_level" AS "last_level",
    ROW_NUMBER() OVER (
      PARTITION BY "session_days"."user_id", "session_days"."day"
      ORDER BY "session_days"."last_event" DESC, "session_days"."session_id" DESC
    ) AS "from_the_last"
  FROM "session_days" AS "session_days"
  WHERE
    (
      "session_days"."day" >= CAST(? AS DATE) AND "session_days"."day" < CAST(? AS DATE)
    )
    OR (
      "session_days"."day" >= CAST(? AS DATE) AND "session_days"."day" < CAST(? AS DATE)
    )
) AS "s"
GROUP BY
  "s"."user_id",
  "s"."day";
