-- made

CREATE TABLE "listening_by_day" (
  "day" DATE NOT NULL,
  "listeners" BIGINT,
  "plays" BIGINT,
  "minutes" DOUBLE PRECISION,
  "minutes_per_listener" DOUBLE PRECISION,
  "plays_of_known_length" BIGINT,
  "plays_under_30_seconds" BIGINT,
  "plays_to_the_end" BIGINT,
  "share_under_30_seconds" DOUBLE PRECISION,
  "share_to_the_end" DOUBLE PRECISION,
  PRIMARY KEY ("day")
)
DISTSTYLE ALL;
COMMENT ON TABLE "listening_by_day" IS 'How long people listen, by the day (UTC) on which the songs began: an estimate. A song is taken to be heard until its end, or until the next event of the same user in the same session, if that is earlier.';
COMMENT ON COLUMN "listening_by_day"."day" IS 'Day on which the songs began, UTC; a day without a play has no row.';
COMMENT ON COLUMN "listening_by_day"."listeners" IS 'Different users who played.';
COMMENT ON COLUMN "listening_by_day"."plays" IS 'Songs played.';
COMMENT ON COLUMN "listening_by_day"."minutes" IS 'Minutes heard, estimated; a song of unknown length counts none.';
COMMENT ON COLUMN "listening_by_day"."minutes_per_listener" IS 'minutes / listeners.';
COMMENT ON COLUMN "listening_by_day"."plays_of_known_length" IS 'Songs played whose length is known; the shares are of these.';
COMMENT ON COLUMN "listening_by_day"."plays_under_30_seconds" IS 'Of these, songs heard for less than 30 seconds, because they were left or because they are shorter; fewer than that is commonly not counted as a stream.';
COMMENT ON COLUMN "listening_by_day"."plays_to_the_end" IS 'Of these, songs heard to the end, or to its last second.';
COMMENT ON COLUMN "listening_by_day"."share_under_30_seconds" IS 'plays_under_30_seconds / plays_of_known_length, 0 to 1; null where no length is known.';
COMMENT ON COLUMN "listening_by_day"."share_to_the_end" IS 'plays_to_the_end / plays_of_known_length, 0 to 1; likewise.';

-- rebuilt

DELETE FROM "listening_by_day";

INSERT INTO "listening_by_day" (
  "day",
  "listeners",
  "plays",
  "minutes",
  "minutes_per_listener",
  "plays_of_known_length",
  "plays_under_30_seconds",
  "plays_to_the_end",
  "share_under_30_seconds",
  "share_to_the_end"
)
SELECT
  "session_days"."day" AS "day",
  COUNT(DISTINCT "session_days"."user_id") AS "listeners",
  SUM("session_days"."plays") AS "plays",
  CAST(SUM("session_days"."listened_ms") AS DOUBLE PRECISION) / 60000 AS "minutes",
  CAST(SUM("session_days"."listened_ms") AS DOUBLE PRECISION) / 60000 / COUNT(DISTINCT "session_days"."user_id") AS "minutes_per_listener",
  SUM("session_days"."plays_of_known_length") AS "plays_of_known_length",
  SUM("session_days"."plays_under_30_seconds") AS "plays_under_30_seconds",
  SUM("session_days"."plays_to_the_end") AS "plays_to_the_end",
  CAST(SUM("session_days"."plays_under_30_seconds") AS DOUBLE PRECISION) / NULLIF(SUM("session_days"."plays_of_known_length"), 0) AS "share_under_30_seconds",
  CAST(SUM("session_days"."plays_to_the_end") AS DOUBLE PRECISION) / NULLIF(SUM("session_days"."plays_of_known_length"), 0) AS "share_to_the_end"
FROM "session_days" AS "session_days"
WHERE
  "session_days"."plays" > 0
GROUP BY
  "session_days"."day";

-- recomputed for two ranges of days

DELETE FROM "listening_by_day"
WHERE
  (
    "listening_by_day"."day" >= CAST(? AS DATE) AND "listening_by_day"."day" < CAST(? AS DATE)
  )
  OR (
    "listening_by_day"."day" >= CAST(? AS DATE) AND "listening_by_day"."day" < CAST(? AS DATE)
  );

INSERT INTO "listening_by_day" (
  "day",
  "listeners",
  "plays",
  "minutes",
  "minutes_per_listener",
  "plays_of_known_length",
  "plays_under_30_seconds",
  "plays_to_the_end",
  "share_under_30_seconds",
  "share_to_the_end"
)
SELECT
  "session_days"."day" AS "day",
  COUNT(DISTINCT "session_days"."user_id") AS "listeners",
  SUM("session_days"."plays") AS "plays",
  CAST(SUM("session_days"."listened_ms") AS DOUBLE PRECISION) / 60000 AS "minutes",
  CAST(SUM("session_days"."listened_ms") AS DOUBLE PRECISION) / 60000 / COUNT(DISTINCT "session_days"."user_id") AS "minutes_per_listener",
  SUM("session_days"."plays_of_known_length") AS "plays_of_known_length",
  SUM("session_days"."plays_under_30_seconds") AS "plays_under_30_seconds",
  SUM("session_days"."plays_to_the_end") AS "plays_to_the_end",
  CAST(SUM("session_days"."plays_under_30_seconds") AS DOUBLE PRECISION) / NULLIF(SUM("session_days"."plays_of_known_length"), 0) AS "share_under_30_seconds",
  CAST(SUM("session_days"."plays_to_the_end") AS DOUBLE PRECISION) / NULLIF(SUM("session_days"."plays_of_known_length"), 0) AS "share_to_the_end"
FROM "session_days" AS "session_days"
WHERE
  "session_days"."plays" > 0
  AND (
    (
      "session_days"."day" >= CAST(? AS DATE) AND "session_days"."day" < CAST(? AS DATE)
    )
    OR (
      "session_days"."day" >= CAST(? AS DATE) AND "session_days"."day" < CAST(? AS DATE)
    )
  )
GROUP BY
  "session_days"."day";
