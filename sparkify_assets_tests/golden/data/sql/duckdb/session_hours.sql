-- made

CREATE TABLE "session_hours" (
  "day" DATE NOT NULL,
  "hour" SMALLINT NOT NULL,
  "user_id" INT NOT NULL,
  "part" INT NOT NULL,
  "session_id" INT NOT NULL,
  "level" TEXT(16) CHECK (STRLEN("level") <= 16),
  "location" TEXT(512) CHECK (STRLEN("location") <= 512),
  "user_agent" TEXT(1024) CHECK (STRLEN("user_agent") <= 1024),
  "plays" BIGINT NOT NULL,
  "first_item" INT NOT NULL,
  "last_item" INT NOT NULL,
  "first_play" TIMESTAMP NOT NULL,
  "last_play" TIMESTAMP NOT NULL
);
COMMENT ON TABLE "session_hours" IS 'Aggregate of songplays, from which other tables are computed: consecutive plays of a user within one hour (UTC) and one session, at one level, place and browser.';
COMMENT ON COLUMN "session_hours"."day" IS 'Day of the plays, UTC.';
COMMENT ON COLUMN "session_hours"."hour" IS 'Hour of the plays, UTC.';
COMMENT ON COLUMN "session_hours"."user_id" IS 'Who played.';
COMMENT ON COLUMN "session_hours"."part" IS 'Number of the row within the user and the hour, from 1, in the order of time.';
COMMENT ON COLUMN "session_hours"."session_id" IS 'Session of the app; where the app counts the items of a session anew, another row begins.';
COMMENT ON COLUMN "session_hours"."level" IS 'Subscription: free or paid; null where the plays do not tell it (null or blank).';
COMMENT ON COLUMN "session_hours"."location" IS 'Place of the user; null where the plays do not tell it.';
COMMENT ON COLUMN "session_hours"."user_agent" IS 'Browser, as it calls itself; null where the plays do not tell it.';
COMMENT ON COLUMN "session_hours"."plays" IS 'Songs played.';
COMMENT ON COLUMN "session_hours"."first_item" IS 'item_in_session of the first play.';
COMMENT ON COLUMN "session_hours"."last_item" IS 'item_in_session of the last play, the largest.';
COMMENT ON COLUMN "session_hours"."first_play" IS 'When the first song began, UTC.';
COMMENT ON COLUMN "session_hours"."last_play" IS 'When the last song began, UTC.';

-- rebuilt

DELETE FROM "session_hours";

INSERT INTO "session_hours" (
  "day",
  "hour",
  "user_id",
  "part",
  "session_id",
  "level",
  "location",
  "user_agent",
  "plays",
  "first_item",
  "last_item",
  "first_play",
  "last_play"
)
WITH "plays" AS (
  SELECT
    CAST("songplays"."start_time" AS DATE) AS "day",
    EXTRACT(HOUR FROM "songplays"."start_time") AS "hour",
    "songplays"."user_id" AS "user_id",
    "songplays"."session_id" AS "session_id",
    "songplays"."item_in_session" AS "item_in_session",
    "songplays"."start_time" AS "start_time",
    COALESCE(RTRIM("songplays"."level", ' '), '') AS "level",
    COALESCE(RTRIM("songplays"."location", ' '), '') AS "location",
    COALESCE(RTRIM("songplays"."user_agent", ' '), '') AS "user_agent"
  FROM "songplays" AS "songplays"
), "compared" AS (
  SELECT
    "plays"."day" AS "day",
    "plays"."hour" AS "hour",
    "plays"."user_id" AS "user_id",
    "plays"."session_id" AS "session_id",
    "plays"."item_in_session" AS "item_in_session",
    "plays"."start_time" AS "start_time",
    "plays"."level" AS "level",
    "plays"."location" AS "location",
    "plays"."user_agent" AS "user_agent",
    ROW_NUMBER() OVER (
      PARTITION BY "plays"."day", "plays"."hour", "plays"."user_id"
      ORDER BY "plays"."start_time", "plays"."session_id", "plays"."item_in_session"
    ) AS "play",
    LAG("plays"."item_in_session") OVER (
      PARTITION BY "plays"."day", "plays"."hour", "plays"."user_id"
      ORDER BY "plays"."start_time", "plays"."session_id", "plays"."item_in_session"
    ) AS "item_before",
    LAG("plays"."start_time") OVER (
      PARTITION BY "plays"."day", "plays"."hour", "plays"."user_id"
      ORDER BY "plays"."start_time", "plays"."session_id", "plays"."item_in_session"
    ) AS "play_before",
    COUNT(*) OVER (
      PARTITION BY "plays"."day", "plays"."hour", "plays"."user_id"
      ORDER BY "plays"."start_time", "plays"."session_id", "plays"."item_in_session"
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) AS "plays_of_hour",
    LAST_VALUE("plays"."item_in_session") OVER (
      PARTITION BY "plays"."day", "plays"."hour", "plays"."user_id"
      ORDER BY "plays"."start_time", "plays"."session_id", "plays"."item_in_session"
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) AS "last_item_of_hour",
    LAST_VALUE("plays"."start_time") OVER (
      PARTITION BY "plays"."day", "plays"."hour", "plays"."user_id"
      ORDER BY "plays"."start_time", "plays"."session_id", "plays"."item_in_session"
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) AS "last_play_of_hour",
    CASE
      WHEN "plays"."session_id" = LAG("plays"."session_id") OVER (
        PARTITION BY "plays"."day", "plays"."hour", "plays"."user_id"
        ORDER BY "plays"."start_time", "plays"."session_id", "plays"."item_in_session"
      )
      AND "plays"."item_in_session" > LAG("plays"."item_in_session") OVER (
        PARTITION BY "plays"."day", "plays"."hour", "plays"."user_id"
        ORDER BY "plays"."start_time", "plays"."session_id", "plays"."item_in_session"
      )
      AND "plays"."level" = LAG("plays"."level") OVER (
        PARTITION BY "plays"."day", "plays"."hour", "plays"."user_id"
        ORDER BY "plays"."start_time", "plays"."session_id", "plays"."item_in_session"
      )
      AND "plays"."location" = LAG("plays"."location") OVER (
        PARTITION BY "plays"."day", "plays"."hour", "plays"."user_id"
        ORDER BY "plays"."start_time", "plays"."session_id", "plays"."item_in_session"
      )
      AND "plays"."user_agent" = LAG("plays"."user_agent") OVER (
        PARTITION BY "plays"."day", "plays"."hour", "plays"."user_id"
        ORDER BY "plays"."start_time", "plays"."session_id", "plays"."item_in_session"
      )
      THEN 0
      ELSE 1
    END AS "begins"
  FROM "plays" AS "plays"
)
SELECT
  "compared"."day" AS "day",
  "compared"."hour" AS "hour",
  "compared"."user_id" AS "user_id",
  ROW_NUMBER() OVER (PARTITION BY "compared"."day", "compared"."hour", "compared"."user_id" ORDER BY "compared"."play") AS "part",
  "compared"."session_id" AS "session_id",
  NULLIF("compared"."level", '') AS "level",
  NULLIF("compared"."location", '') AS "location",
  NULLIF("compared"."user_agent", '') AS "user_agent",
  COALESCE(
    LEAD("compared"."play") OVER (PARTITION BY "compared"."day", "compared"."hour", "compared"."user_id" ORDER BY "compared"."play"),
    "compared"."plays_of_hour" + 1
  ) - "compared"."play" AS "plays",
  "compared"."item_in_session" AS "first_item",
  COALESCE(
    LEAD("compared"."item_before") OVER (PARTITION BY "compared"."day", "compared"."hour", "compared"."user_id" ORDER BY "compared"."play"),
    "compared"."last_item_of_hour"
  ) AS "last_item",
  "compared"."start_time" AS "first_play",
  COALESCE(
    LEAD("compared"."play_before") OVER (PARTITION BY "compared"."day", "compared"."hour", "compared"."user_id" ORDER BY "compared"."play"),
    "compared"."last_play_of_hour"
  ) AS "last_play"
FROM "compared" AS "compared"
WHERE
  "compared"."begins" = 1;

-- recomputed for two ranges of days

DELETE FROM "session_hours"
WHERE
  (
    "session_hours"."day" >= CAST(? AS DATE) AND "session_hours"."day" < CAST(? AS DATE)
  )
  OR (
    "session_hours"."day" >= CAST(? AS DATE) AND "session_hours"."day" < CAST(? AS DATE)
  );

INSERT INTO "session_hours" (
  "day",
  "hour",
  "user_id",
  "part",
  "session_id",
  "level",
  "location",
  "user_agent",
  "plays",
  "first_item",
  "last_item",
  "first_play",
  "last_play"
)
WITH "plays" AS (
  SELECT
    CAST("songplays"."start_time" AS DATE) AS "day",
    EXTRACT(HOUR FROM "songplays"."start_time") AS "hour",
    "songplays"."user_id" AS "user_id",
    "songplays"."session_id" AS "session_id",
    "songplays"."item_in_session" AS "item_in_session",
    "songplays"."start_time" AS "start_time",
    COALESCE(RTRIM("songplays"."level", ' '), '') AS "level",
    COALESCE(RTRIM("songplays"."location", ' '), '') AS "location",
    COALESCE(RTRIM("songplays"."user_agent", ' '), '') AS "user_agent"
  FROM "songplays" AS "songplays"
  WHERE
    (
      "songplays"."start_time" >= CAST(? AS DATE) AND "songplays"."start_time" < CAST(? AS DATE)
    )
    OR (
      "songplays"."start_time" >= CAST(? AS DATE) AND "songplays"."start_time" < CAST(? AS DATE)
    )
), "compared" AS (
  SELECT
    "plays"."day" AS "day",
    "plays"."hour" AS "hour",
    "plays"."user_id" AS "user_id",
    "plays"."session_id" AS "session_id",
    "plays"."item_in_session" AS "item_in_session",
    "plays"."start_time" AS "start_time",
    "plays"."level" AS "level",
    "plays"."location" AS "location",
    "plays"."user_agent" AS "user_agent",
    ROW_NUMBER() OVER (
      PARTITION BY "plays"."day", "plays"."hour", "plays"."user_id"
      ORDER BY "plays"."start_time", "plays"."session_id", "plays"."item_in_session"
    ) AS "play",
    LAG("plays"."item_in_session") OVER (
      PARTITION BY "plays"."day", "plays"."hour", "plays"."user_id"
      ORDER BY "plays"."start_time", "plays"."session_id", "plays"."item_in_session"
    ) AS "item_before",
    LAG("plays"."start_time") OVER (
      PARTITION BY "plays"."day", "plays"."hour", "plays"."user_id"
      ORDER BY "plays"."start_time", "plays"."session_id", "plays"."item_in_session"
    ) AS "play_before",
    COUNT(*) OVER (
      PARTITION BY "plays"."day", "plays"."hour", "plays"."user_id"
      ORDER BY "plays"."start_time", "plays"."session_id", "plays"."item_in_session"
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) AS "plays_of_hour",
    LAST_VALUE("plays"."item_in_session") OVER (
      PARTITION BY "plays"."day", "plays"."hour", "plays"."user_id"
      ORDER BY "plays"."start_time", "plays"."session_id", "plays"."item_in_session"
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) AS "last_item_of_hour",
    LAST_VALUE("plays"."start_time") OVER (
      PARTITION BY "plays"."day", "plays"."hour", "plays"."user_id"
      ORDER BY "plays"."start_time", "plays"."session_id", "plays"."item_in_session"
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) AS "last_play_of_hour",
    CASE
      WHEN "plays"."session_id" = LAG("plays"."session_id") OVER (
        PARTITION BY "plays"."day", "plays"."hour", "plays"."user_id"
        ORDER BY "plays"."start_time", "plays"."session_id", "plays"."item_in_session"
      )
      AND "plays"."item_in_session" > LAG("plays"."item_in_session") OVER (
        PARTITION BY "plays"."day", "plays"."hour", "plays"."user_id"
        ORDER BY "plays"."start_time", "plays"."session_id", "plays"."item_in_session"
      )
      AND "plays"."level" = LAG("plays"."level") OVER (
        PARTITION BY "plays"."day", "plays"."hour", "plays"."user_id"
        ORDER BY "plays"."start_time", "plays"."session_id", "plays"."item_in_session"
      )
      AND "plays"."location" = LAG("plays"."location") OVER (
        PARTITION BY "plays"."day", "plays"."hour", "plays"."user_id"
        ORDER BY "plays"."start_time", "plays"."session_id", "plays"."item_in_session"
      )
      AND "plays"."user_agent" = LAG("plays"."user_agent") OVER (
        PARTITION BY "plays"."day", "plays"."hour", "plays"."user_id"
        ORDER BY "plays"."start_time", "plays"."session_id", "plays"."item_in_session"
      )
      THEN 0
      ELSE 1
    END AS "begins"
  FROM "plays" AS "plays"
)
SELECT
  "compared"."day" AS "day",
  "compared"."hour" AS "hour",
  "compared"."user_id" AS "user_id",
  ROW_NUMBER() OVER (PARTITION BY "compared"."day", "compared"."hour", "compared"."user_id" ORDER BY "compared"."play") AS "part",
  "compared"."session_id" AS "session_id",
  NULLIF("compared"."level", '') AS "level",
  NULLIF("compared"."location", '') AS "location",
  NULLIF("compared"."user_agent", '') AS "user_agent",
  COALESCE(
    LEAD("compared"."play") OVER (PARTITION BY "compared"."day", "compared"."hour", "compared"."user_id" ORDER BY "compared"."play"),
    "compared"."plays_of_hour" + 1
  ) - "compared"."play" AS "plays",
  "compared"."item_in_session" AS "first_item",
  COALESCE(
    LEAD("compared"."item_before") OVER (PARTITION BY "compared"."day", "compared"."hour", "compared"."user_id" ORDER BY "compared"."play"),
    "compared"."last_item_of_hour"
  ) AS "last_item",
  "compared"."start_time" AS "first_play",
  COALESCE(
    LEAD("compared"."play_before") OVER (PARTITION BY "compared"."day", "compared"."hour", "compared"."user_id" ORDER BY "compared"."play"),
    "compared"."last_play_of_hour"
  ) AS "last_play"
FROM "compared" AS "compared"
WHERE
  "compared"."begins" = 1;
