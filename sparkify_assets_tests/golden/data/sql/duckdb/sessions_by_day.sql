-- made

CREATE TABLE "sessions_by_day" (
  "day" DATE NOT NULL,
  "sessions" BIGINT,
  "plays" BIGINT,
  "plays_per_session" DOUBLE,
  "minutes_per_session" DOUBLE,
  "longest_minutes" DOUBLE
);
COMMENT ON TABLE "sessions_by_day" IS 'Sessions by the day (UTC) of their first play: how many, how long, how many songs. A session is what the app calls one (the session_id of a user, until its items are counted anew), as far as songs were played in it; it lasts from the start of its first song to the start of its last, so one song lasts 0 minutes.';
COMMENT ON COLUMN "sessions_by_day"."day" IS 'Day on which the first song of the sessions began, UTC.';
COMMENT ON COLUMN "sessions_by_day"."sessions" IS 'Sessions that began.';
COMMENT ON COLUMN "sessions_by_day"."plays" IS 'Songs played in them, on later days too.';
COMMENT ON COLUMN "sessions_by_day"."plays_per_session" IS 'Songs a session, on average.';
COMMENT ON COLUMN "sessions_by_day"."minutes_per_session" IS 'Minutes a session, on average.';
COMMENT ON COLUMN "sessions_by_day"."longest_minutes" IS 'Minutes of the longest.';

-- rebuilt

DELETE FROM "sessions_by_day";

INSERT INTO "sessions_by_day" (
  "day",
  "sessions",
  "plays",
  "plays_per_session",
  "minutes_per_session",
  "longest_minutes"
)
SELECT
  CAST("s"."began" AS DATE) AS "day",
  COUNT(*) AS "sessions",
  SUM("s"."plays") AS "plays",
  CAST(SUM("s"."plays") AS DOUBLE) / COUNT(*) AS "plays_per_session",
  CAST(SUM(DATE_DIFF('MILLISECOND', CAST("s"."began" AS TIMESTAMP), CAST("s"."ended" AS TIMESTAMP))) AS DOUBLE) / 60000 / COUNT(*) AS "minutes_per_session",
  CAST(MAX(DATE_DIFF('MILLISECOND', CAST("s"."began" AS TIMESTAMP), CAST("s"."ended" AS TIMESTAMP))) AS DOUBLE) / 60000 AS "longest_minutes"
FROM (
  SELECT
    "numbered"."user_id" AS "user_id",
    "numbered"."session_id" AS "session_id",
    "numbered"."restarts" AS "restarts",
    SUM("numbered"."plays") AS "plays",
    MIN("numbered"."first_play") AS "began",
    MAX("numbered"."last_play") AS "ended"
  FROM (
    SELECT
      "in_order"."user_id" AS "user_id",
      "in_order"."session_id" AS "session_id",
      "in_order"."plays" AS "plays",
      "in_order"."first_play" AS "first_play",
      "in_order"."last_play" AS "last_play",
      SUM("in_order"."restarted") OVER (
        PARTITION BY "in_order"."user_id", "in_order"."session_id"
        ORDER BY "in_order"."first_play", "in_order"."first_item"
        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
      ) AS "restarts"
    FROM (
      SELECT
        "session_hours"."user_id" AS "user_id",
        "session_hours"."session_id" AS "session_id",
        "session_hours"."plays" AS "plays",
        "session_hours"."first_play" AS "first_play",
        "session_hours"."last_play" AS "last_play",
        "session_hours"."first_item" AS "first_item",
        CASE
          WHEN "session_hours"."first_item" <= LAG("session_hours"."last_item") OVER (
            PARTITION BY "session_hours"."user_id", "session_hours"."session_id"
            ORDER BY "session_hours"."first_play", "session_hours"."first_item"
          )
          THEN 1
          ELSE 0
        END AS "restarted"
      FROM "session_hours" AS "session_hours"
    ) AS "in_order"
  ) AS "numbered"
  GROUP BY
    "numbered"."user_id",
    "numbered"."session_id",
    "numbered"."restarts"
) AS "s"
GROUP BY
  CAST("s"."began" AS DATE);
