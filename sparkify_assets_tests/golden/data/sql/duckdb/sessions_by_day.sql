-- made

CREATE TABLE "sessions_by_day" (
  "day" DATE NOT NULL,
  "sessions" BIGINT,
  "plays" BIGINT,
  "plays_per_session" DOUBLE,
  "minutes_per_session" DOUBLE,
  "longest_minutes" DOUBLE
);
COMMENT ON TABLE "sessions_by_day" IS 'Sessions by the day (UTC) of their first play: how many, how long, how many songs. A session is what the app calls one (a users session_id, until its items are counted anew), as far as songs were played in it; it lasts from the start of its first song to the start of its last, so one song lasts 0 minutes.';
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
    COUNT(*) AS "plays",
    MIN("numbered"."start_time") AS "began",
    MAX("numbered"."start_time") AS "ended"
  FROM (
    SELECT
      "in_order"."user_id" AS "user_id",
      "in_order"."session_id" AS "session_id",
      "in_order"."start_time" AS "start_time",
      SUM("in_order"."restarted") OVER (
        PARTITION BY "in_order"."user_id", "in_order"."session_id"
        ORDER BY "in_order"."start_time", "in_order"."item_in_session"
        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
      ) AS "restarts"
    FROM (
      SELECT
        "songplays"."user_id" AS "user_id",
        "songplays"."session_id" AS "session_id",
        "songplays"."start_time" AS "start_time",
        "songplays"."item_in_session" AS "item_in_session",
        CASE
          WHEN "songplays"."item_in_session" <= LAG("songplays"."item_in_session") OVER (
            PARTITION BY "songplays"."user_id", "songplays"."session_id"
            ORDER BY "songplays"."start_time", "songplays"."item_in_session"
          )
          THEN 1
          ELSE 0
        END AS "restarted"
      FROM "songplays" AS "songplays"
    ) AS "in_order"
  ) AS "numbered"
  GROUP BY
    "numbered"."user_id",
    "numbered"."session_id",
    "numbered"."restarts"
) AS "s"
GROUP BY
  CAST("s"."began" AS DATE);
