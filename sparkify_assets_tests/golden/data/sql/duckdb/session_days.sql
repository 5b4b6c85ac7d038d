-- made

CREATE TABLE "session_days" (
  "user_id" INT NOT NULL,
  "session_id" INT NOT NULL,
  "day" DATE NOT NULL,
  "events" BIGINT NOT NULL,
  "plays" BIGINT NOT NULL,
  "listened_ms" BIGINT NOT NULL,
  "plays_under_30_seconds" BIGINT NOT NULL,
  "plays_to_the_end" BIGINT NOT NULL,
  "plays_of_known_length" BIGINT NOT NULL,
  "last_event" TIMESTAMP NOT NULL,
  "last_level" TEXT(16) CHECK (STRLEN("last_level") <= 16)
);
COMMENT ON TABLE "session_days" IS 'Aggregate of page_views, from which other tables are computed: the events of a user in one session on one day (UTC). How long a play was heard is an estimate: the app does not say when the listening ended, so it is taken to end with the song, or with the next event of the same user in the same session, if that is earlier.';
COMMENT ON COLUMN "session_days"."user_id" IS 'Whose events; events without a user have no row.';
COMMENT ON COLUMN "session_days"."session_id" IS 'Session of the app. Where it uses the number again for the same user, even weeks later, the events of both are one session.';
COMMENT ON COLUMN "session_days"."day" IS 'Day of the events, UTC.';
COMMENT ON COLUMN "session_days"."events" IS 'Events of any page.';
COMMENT ON COLUMN "session_days"."plays" IS 'Songs played.';
COMMENT ON COLUMN "session_days"."listened_ms" IS 'Milliseconds heard of the songs that began on that day, estimated; a song of unknown length counts none, and none counts more than a day.';
COMMENT ON COLUMN "session_days"."plays_under_30_seconds" IS 'Songs of known length heard for less than 30 seconds.';
COMMENT ON COLUMN "session_days"."plays_to_the_end" IS 'Songs of known length heard to the end, or to its last second: the app counts whole seconds.';
COMMENT ON COLUMN "session_days"."plays_of_known_length" IS 'Songs played whose length is known.';
COMMENT ON COLUMN "session_days"."last_event" IS 'When the last event of that day happened, UTC.';
COMMENT ON COLUMN "session_days"."last_level" IS 'Subscription at the last event: free or paid; null where that event has no level (null or blank).';

-- rebuilt

DELETE FROM "session_days";

INSERT INTO "session_days" (
  "user_id",
  "session_id",
  "day",
  "events",
  "plays",
  "listened_ms",
  "plays_under_30_seconds",
  "plays_to_the_end",
  "plays_of_known_length",
  "last_event",
  "last_level"
)
WITH "in_order" AS (
  SELECT
    "page_views"."user_id" AS "user_id",
    "page_views"."session_id" AS "session_id",
    CAST("page_views"."event_time" AS DATE) AS "day",
    "page_views"."event_time" AS "event_time",
    "page_views"."level" AS "level",
    CASE WHEN RTRIM("page_views"."page", ' ') = 'NextSong' THEN 1 ELSE 0 END AS "is_play",
    "page_views"."length" AS "length",
    LEAD("page_views"."event_time") OVER (
      PARTITION BY "page_views"."user_id", "page_views"."session_id"
      ORDER BY "page_views"."event_time", "page_views"."item_in_session"
    ) AS "next_event"
  FROM "page_views" AS "page_views"
  WHERE
    NOT "page_views"."user_id" IS NULL
), "measured" AS (
  SELECT
    "in_order"."user_id" AS "user_id",
    "in_order"."session_id" AS "session_id",
    "in_order"."day" AS "day",
    "in_order"."event_time" AS "event_time",
    "in_order"."level" AS "level",
    "in_order"."is_play" AS "is_play",
    CASE
      WHEN "in_order"."is_play" = 1 AND "in_order"."length" >= 0
      THEN CAST(ROUND(LEAST("in_order"."length", 86400) * 1000) AS BIGINT)
    END AS "length_ms",
    DATE_DIFF('MILLISECOND', CAST("in_order"."event_time" AS TIMESTAMP), CAST("in_order"."next_event" AS TIMESTAMP)) AS "ms_to_next",
    CASE WHEN CAST("in_order"."next_event" AS DATE) = "in_order"."day" THEN 0 ELSE 1 END AS "is_last"
  FROM "in_order" AS "in_order"
)
SELECT
  "measured"."user_id" AS "user_id",
  "measured"."session_id" AS "session_id",
  "measured"."day" AS "day",
  COUNT(*) AS "events",
  SUM("measured"."is_play") AS "plays",
  COALESCE(
    SUM(CASE WHEN "measured"."ms_to_next" < "measured"."length_ms" THEN "measured"."ms_to_next" ELSE "measured"."length_ms" END),
    0
  ) AS "listened_ms",
  SUM(
    CASE
      WHEN "measured"."length_ms" < 30000 OR (
        "measured"."ms_to_next" < 30000 AND NOT "measured"."length_ms" IS NULL
      )
      THEN 1
      ELSE 0
    END
  ) AS "plays_under_30_seconds",
  COUNT(CASE WHEN "measured"."ms_to_next" <= "measured"."length_ms" - 1000 THEN NULL ELSE "measured"."length_ms" END) AS "plays_to_the_end",
  COUNT("measured"."length_ms") AS "plays_of_known_length",
  MAX("measured"."event_time") AS "last_event",
  MAX(CASE WHEN "measured"."is_last" = 1 THEN NULLIF(RTRIM("measured"."level", ' '), '') END) AS "last_level"
FROM "measured" AS "measured"
GROUP BY
  "measured"."user_id",
  "measured"."session_id",
  "measured"."day";

-- recomputed for two ranges of days

DELETE FROM "session_days" USING   "sparkify_temporary_touched_keys"
WHERE
  (
    (
      "session_days"."day" >= CAST(? AS DATE) AND "session_days"."day" < CAST(? AS DATE)
    )
    OR (
      "session_days"."day" >= CAST(? AS DATE) AND "session_days"."day" < CAST(? AS DATE)
    )
  )
  AND (
    "session_days"."user_id" = "sparkify_temporary_touched_keys"."user_id"
    AND "session_days"."session_id" = "sparkify_temporary_touched_keys"."session_id"
  );

INSERT INTO "session_days" (
  "user_id",
  "session_id",
  "day",
  "events",
  "plays",
  "listened_ms",
  "plays_under_30_seconds",
  "plays_to_the_end",
  "plays_of_known_length",
  "last_event",
  "last_level"
)
WITH "in_order" AS (
  SELECT
    "page_views"."user_id" AS "user_id",
    "page_views"."session_id" AS "session_id",
    CAST("page_views"."event_time" AS DATE) AS "day",
    "page_views"."event_time" AS "event_time",
    "page_views"."level" AS "level",
    CASE WHEN RTRIM("page_views"."page", ' ') = 'NextSong' THEN 1 ELSE 0 END AS "is_play",
    "page_views"."length" AS "length",
    LEAD("page_views"."event_time") OVER (
      PARTITION BY "page_views"."user_id", "page_views"."session_id"
      ORDER BY "page_views"."event_time", "page_views"."item_in_session"
    ) AS "next_event"
  FROM "page_views" AS "page_views"
  INNER JOIN "sparkify_temporary_touched_keys"
    ON "page_views"."user_id" = "sparkify_temporary_touched_keys"."user_id"
    AND "page_views"."session_id" = "sparkify_temporary_touched_keys"."session_id"
  WHERE
    NOT "page_views"."user_id" IS NULL
    AND (
      (
        "page_views"."event_time" >= CAST(? AS DATE) AND "page_views"."event_time" < CAST(? AS DATE)
      )
      OR (
        "page_views"."event_time" >= CAST(? AS DATE) AND "page_views"."event_time" < CAST(? AS DATE)
      )
    )
), "measured" AS (
  SELECT
    "in_order"."user_id" AS "user_id",
    "in_order"."session_id" AS "session_id",
    "in_order"."day" AS "day",
    "in_order"."event_time" AS "event_time",
    "in_order"."level" AS "level",
    "in_order"."is_play" AS "is_play",
    CASE
      WHEN "in_order"."is_play" = 1 AND "in_order"."length" >= 0
      THEN CAST(ROUND(LEAST("in_order"."length", 86400) * 1000) AS BIGINT)
    END AS "length_ms",
    DATE_DIFF('MILLISECOND', CAST("in_order"."event_time" AS TIMESTAMP), CAST("in_order"."next_event" AS TIMESTAMP)) AS "ms_to_next",
    CASE WHEN CAST("in_order"."next_event" AS DATE) = "in_order"."day" THEN 0 ELSE 1 END AS "is_last"
  FROM "in_order" AS "in_order"
)
SELECT
  "measured"."user_id" AS "user_id",
  "measured"."session_id" AS "session_id",
  "measured"."day" AS "day",
  COUNT(*) AS "events",
  SUM("measured"."is_play") AS "plays",
  COALESCE(
    SUM(CASE WHEN "measured"."ms_to_next" < "measured"."length_ms" THEN "measured"."ms_to_next" ELSE "measured"."length_ms" END),
    0
  ) AS "listened_ms",
  SUM(
    CASE
      WHEN "measured"."length_ms" < 30000 OR (
        "measured"."ms_to_next" < 30000 AND NOT "measured"."length_ms" IS NULL
      )
      THEN 1
      ELSE 0
    END
  ) AS "plays_under_30_seconds",
  COUNT(CASE WHEN "measured"."ms_to_next" <= "measured"."length_ms" - 1000 THEN NULL ELSE "measured"."length_ms" END) AS "plays_to_the_end",
  COUNT("measured"."length_ms") AS "plays_of_known_length",
  MAX("measured"."event_time") AS "last_event",
  MAX(CASE WHEN "measured"."is_last" = 1 THEN NULLIF(RTRIM("measured"."level", ' '), '') END) AS "last_level"
FROM "measured" AS "measured"
GROUP BY
  "measured"."user_id",
  "measured"."session_id",
  "measured"."day";
