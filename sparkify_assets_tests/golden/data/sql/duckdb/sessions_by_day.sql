-- made

CREATE TABLE "sessions_by_day" (
  "day" DATE NOT NULL,
  "sessions" BIGINT,
  "plays" BIGINT,
  "plays_per_session" DOUBLE,
  "minutes_per_session" DOUBLE,
  "longest_minutes" DOUBLE
);
COMMENT ON TABLE "sessions_by_day" IS 'Sessions by the day (UTC) of their first play: how many, how long, how many songs. A session is what the app calls one (session_id), as far as songs were played in it; it lasts from the start of its first song to the start of its last, so one song lasts 0 minutes.';
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
    "songplays"."session_id" AS "session_id",
    COUNT(*) AS "plays",
    MIN("songplays"."start_time") AS "began",
    MAX("songplays"."start_time") AS "ended"
  FROM "songplays" AS "songplays"
  GROUP BY
    "songplays"."session_id"
) AS "s"
GROUP BY
  CAST("s"."began" AS DATE);

SELECT
  COUNT(*)
FROM "sessions_by_day";
