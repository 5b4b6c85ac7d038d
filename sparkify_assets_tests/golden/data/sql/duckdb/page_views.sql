-- made

CREATE TABLE "page_views" (
  "page_view_id" BIGINT NOT NULL,
  "event_time" TIMESTAMP NOT NULL,
  "user_id" INT,
  "level" TEXT(16) CHECK (STRLEN("level") <= 16),
  "page" TEXT(64) NOT NULL CHECK (STRLEN("page") <= 64),
  "method" TEXT(16) CHECK (STRLEN("method") <= 16),
  "status" INT,
  "auth" TEXT(32) CHECK (STRLEN("auth") <= 32),
  "session_id" INT NOT NULL,
  "item_in_session" INT NOT NULL,
  "location" TEXT(512) CHECK (STRLEN("location") <= 512),
  "user_agent" TEXT(1024) CHECK (STRLEN("user_agent") <= 1024),
  "registered_at" TIMESTAMP,
  "song" TEXT(1024) CHECK (STRLEN("song") <= 1024),
  "artist" TEXT(1024) CHECK (STRLEN("artist") <= 1024),
  "length" DOUBLE,
  "log_date" DATE NOT NULL
);
COMMENT ON TABLE "page_views" IS 'One row an event of any page, of a known user or not, however often it was delivered.';
COMMENT ON COLUMN "page_views"."page_view_id" IS 'A number for the event: 60 bits of the MD5 of its natural key (user or none, session, item in session, time), so the same at every reload and on every engine; a play has it as songplay_id.';
COMMENT ON COLUMN "page_views"."event_time" IS 'When the event happened, UTC, to the millisecond.';
COMMENT ON COLUMN "page_views"."user_id" IS 'Whose event it is; null where nobody was logged in. Not everybody has played, so some are not in users.';
COMMENT ON COLUMN "page_views"."level" IS 'Subscription at the time: free or paid.';
COMMENT ON COLUMN "page_views"."page" IS 'Page of the app; NextSong is a play.';
COMMENT ON COLUMN "page_views"."method" IS 'HTTP method of the request.';
COMMENT ON COLUMN "page_views"."status" IS 'HTTP status of the response; from 400 an error.';
COMMENT ON COLUMN "page_views"."auth" IS 'Logged In, Logged Out, Cancelled or Guest.';
COMMENT ON COLUMN "page_views"."session_id" IS 'Session of the app; it uses a number again after some time.';
COMMENT ON COLUMN "page_views"."item_in_session" IS 'Number of the event in its session, as the app counts.';
COMMENT ON COLUMN "page_views"."location" IS 'Place of the user at the time.';
COMMENT ON COLUMN "page_views"."user_agent" IS 'Browser, as it calls itself.';
COMMENT ON COLUMN "page_views"."registered_at" IS 'When the user registered, UTC, to the millisecond; null where the event does not say, or says no time from 1970 to 2099.';
COMMENT ON COLUMN "page_views"."song" IS 'Audit: title as the app sent it, which it does for the page NextSong.';
COMMENT ON COLUMN "page_views"."artist" IS 'Audit: artist as the app sent it, likewise.';
COMMENT ON COLUMN "page_views"."length" IS 'Audit: length of the song in seconds as the app sent it, likewise.';
COMMENT ON COLUMN "page_views"."log_date" IS 'Audit: the day of the file from which the row was taken.';

-- rebuilt

SELECT
  "log_date",
  COUNT(*)
FROM "page_views"
GROUP BY
  "log_date";

DELETE FROM "page_views";

INSERT INTO "page_views" (
  "page_view_id",
  "event_time",
  "user_id",
  "level",
  "page",
  "method",
  "status",
  "auth",
  "session_id",
  "item_in_session",
  "location",
  "user_agent",
  "registered_at",
  "song",
  "artist",
  "length",
  "log_date"
)
WITH "sparkify_temporary_keys_of_several_rows" AS (
  SELECT
    "staging_events"."user_id" AS "key_0",
    "staging_events"."session_id" AS "key_1",
    "staging_events"."item_in_session" AS "key_2",
    "staging_events"."ts" AS "key_3",
    MIN(CASE WHEN RTRIM("staging_events"."page", ' ') = 'NextSong' THEN 0 ELSE 1 END) AS "best"
  FROM "staging_events" AS "staging_events"
  GROUP BY
    "staging_events"."user_id",
    "staging_events"."session_id",
    "staging_events"."item_in_session",
    "staging_events"."ts"
  HAVING
    COUNT(*) > 1
)
SELECT
  CAST('0x' || LEFT(
    MD5(
      COALESCE(CAST("staging_events"."user_id" AS TEXT), '') || '|' || CAST("staging_events"."session_id" AS TEXT) || '|' || CAST("staging_events"."item_in_session" AS TEXT) || '|' || CAST("staging_events"."ts" AS TEXT)
    ),
    15
  ) AS BIGINT) AS "page_view_id",
  EPOCH_MS("staging_events"."ts") AS "event_time",
  "staging_events"."user_id" AS "user_id",
  "staging_events"."level" AS "level",
  "staging_events"."page" AS "page",
  "staging_events"."method" AS "method",
  "staging_events"."status" AS "status",
  "staging_events"."auth" AS "auth",
  "staging_events"."session_id" AS "session_id",
  "staging_events"."item_in_session" AS "item_in_session",
  "staging_events"."location" AS "location",
  "staging_events"."user_agent" AS "user_agent",
  CASE
    WHEN "staging_events"."registration" BETWEEN 0 AND 4102444799999
    THEN EPOCH_MS(CAST(ROUND("staging_events"."registration") AS BIGINT))
  END AS "registered_at",
  "staging_events"."song" AS "song",
  "staging_events"."artist" AS "artist",
  "staging_events"."length" AS "length",
  "staging_events"."log_date" AS "log_date"
FROM "staging_events" AS "staging_events"
WHERE
  NOT EXISTS(
    SELECT
      1
    FROM "sparkify_temporary_keys_of_several_rows"
    WHERE
      "staging_events"."user_id" IS NOT DISTINCT FROM "sparkify_temporary_keys_of_several_rows"."key_0"
      AND "staging_events"."session_id" IS NOT DISTINCT FROM "sparkify_temporary_keys_of_several_rows"."key_1"
      AND "staging_events"."item_in_session" IS NOT DISTINCT FROM "sparkify_temporary_keys_of_several_rows"."key_2"
      AND "staging_events"."ts" IS NOT DISTINCT FROM "sparkify_temporary_keys_of_several_rows"."key_3"
  )
UNION ALL
SELECT
  CAST('0x' || LEFT(
    MD5(
      COALESCE(CAST("staging_events"."user_id" AS TEXT), '') || '|' || CAST("staging_events"."session_id" AS TEXT) || '|' || CAST("staging_events"."item_in_session" AS TEXT) || '|' || CAST("staging_events"."ts" AS TEXT)
    ),
    15
  ) AS BIGINT) AS "page_view_id",
  EPOCH_MS("staging_events"."ts") AS "event_time",
  "staging_events"."user_id" AS "user_id",
  "staging_events"."level" AS "level",
  "staging_events"."page" AS "page",
  "staging_events"."method" AS "method",
  "staging_events"."status" AS "status",
  "staging_events"."auth" AS "auth",
  "staging_events"."session_id" AS "session_id",
  "staging_events"."item_in_session" AS "item_in_session",
  "staging_events"."location" AS "location",
  "staging_events"."user_agent" AS "user_agent",
  CASE
    WHEN "staging_events"."registration" BETWEEN 0 AND 4102444799999
    THEN EPOCH_MS(CAST(ROUND("staging_events"."registration") AS BIGINT))
  END AS "registered_at",
  "staging_events"."song" AS "song",
  "staging_events"."artist" AS "artist",
  "staging_events"."length" AS "length",
  "staging_events"."log_date" AS "log_date"
FROM "staging_events" AS "staging_events"
INNER JOIN "sparkify_temporary_keys_of_several_rows"
  ON "staging_events"."user_id" IS NOT DISTINCT FROM "sparkify_temporary_keys_of_several_rows"."key_0"
  AND "staging_events"."session_id" IS NOT DISTINCT FROM "sparkify_temporary_keys_of_several_rows"."key_1"
  AND "staging_events"."item_in_session" IS NOT DISTINCT FROM "sparkify_temporary_keys_of_several_rows"."key_2"
  AND "staging_events"."ts" IS NOT DISTINCT FROM "sparkify_temporary_keys_of_several_rows"."key_3"
WHERE
  (
    CASE WHEN RTRIM("staging_events"."page", ' ') = 'NextSong' THEN 0 ELSE 1 END = "sparkify_temporary_keys_of_several_rows"."best"
    OR CASE WHEN RTRIM("staging_events"."page", ' ') = 'NextSong' THEN 0 ELSE 1 END IS NULL
  )
  AND EXISTS(
    SELECT
      1
    FROM "sparkify_temporary_keys_of_several_rows"
    WHERE
      "staging_events"."user_id" IS NOT DISTINCT FROM "sparkify_temporary_keys_of_several_rows"."key_0"
      AND "staging_events"."session_id" IS NOT DISTINCT FROM "sparkify_temporary_keys_of_several_rows"."key_1"
      AND "staging_events"."item_in_session" IS NOT DISTINCT FROM "sparkify_temporary_keys_of_several_rows"."key_2"
      AND "staging_events"."ts" IS NOT DISTINCT FROM "sparkify_temporary_keys_of_several_rows"."key_3"
  )
QUALIFY
  ROW_NUMBER() OVER (
    PARTITION BY "staging_events"."user_id", "staging_events"."session_id", "staging_events"."item_in_session", "staging_events"."ts"
    ORDER BY CASE WHEN RTRIM("staging_events"."page", ' ') = 'NextSong' THEN 0 ELSE 1 END, "staging_events"."log_date" DESC NULLS FIRST, RTRIM("staging_events"."level", ' ') DESC, RTRIM("staging_events"."song", ' ') DESC, RTRIM("staging_events"."artist", ' ') DESC, "staging_events"."length" DESC, RTRIM("staging_events"."location", ' ') DESC, RTRIM("staging_events"."user_agent", ' ') DESC, RTRIM("staging_events"."page", ' ') DESC NULLS FIRST, RTRIM("staging_events"."method", ' ') DESC, "staging_events"."status" DESC, RTRIM("staging_events"."auth", ' ') DESC, "staging_events"."registration" DESC, STRLEN("staging_events"."level") DESC NULLS FIRST, STRLEN("staging_events"."song") DESC NULLS FIRST, STRLEN("staging_events"."artist") DESC NULLS FIRST, STRLEN("staging_events"."location") DESC NULLS FIRST, STRLEN("staging_events"."user_agent") DESC NULLS FIRST, STRLEN("staging_events"."page") DESC NULLS FIRST, STRLEN("staging_events"."method") DESC NULLS FIRST, STRLEN("staging_events"."auth") DESC NULLS FIRST
  ) = 1;

SELECT
  "log_date",
  COUNT(*)
FROM "page_views"
GROUP BY
  "log_date";

-- refreshed for two partitions

CREATE TEMPORARY TABLE "sparkify_temporary_touched_keys" (
  "user_id" INT,
  "session_id" INT,
  "item_in_session" INT,
  "event_time" TIMESTAMP
);

INSERT INTO "sparkify_temporary_touched_keys" (
  "user_id",
  "session_id",
  "item_in_session",
  "event_time"
)
SELECT
  "user_id",
  "session_id",
  "item_in_session",
  "event_time"
FROM "page_views"
WHERE
  "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
UNION
SELECT
  "staging_events"."user_id" AS "user_id",
  "staging_events"."session_id" AS "session_id",
  "staging_events"."item_in_session" AS "item_in_session",
  EPOCH_MS("staging_events"."ts") AS "event_time"
FROM "staging_events" AS "staging_events"
WHERE
  "staging_events"."log_date" IN (CAST(? AS DATE), CAST(? AS DATE));

SELECT
  MIN("event_time"),
  MAX("event_time")
FROM "sparkify_temporary_touched_keys";

SELECT
  "page_views"."log_date",
  CAST("page_views"."event_time" AS DATE),
  COUNT(*)
FROM "page_views"
INNER JOIN "sparkify_temporary_touched_keys"
  ON (
    "page_views"."user_id" = "sparkify_temporary_touched_keys"."user_id"
    OR (
      "page_views"."user_id" IS NULL AND "sparkify_temporary_touched_keys"."user_id" IS NULL
    )
  )
  AND "page_views"."session_id" = "sparkify_temporary_touched_keys"."session_id"
  AND "page_views"."item_in_session" = "sparkify_temporary_touched_keys"."item_in_session"
  AND "page_views"."event_time" = "sparkify_temporary_touched_keys"."event_time"
WHERE
  "page_views"."event_time" BETWEEN CAST(? AS TIMESTAMP) AND CAST(? AS TIMESTAMP)
GROUP BY
  "page_views"."log_date",
  CAST("page_views"."event_time" AS DATE);

DELETE FROM "page_views" USING   "sparkify_temporary_touched_keys"
WHERE
  (
    (
      "page_views"."user_id" = "sparkify_temporary_touched_keys"."user_id"
      OR (
        "page_views"."user_id" IS NULL AND "sparkify_temporary_touched_keys"."user_id" IS NULL
      )
    )
    AND "page_views"."session_id" = "sparkify_temporary_touched_keys"."session_id"
    AND "page_views"."item_in_session" = "sparkify_temporary_touched_keys"."item_in_session"
    AND "page_views"."event_time" = "sparkify_temporary_touched_keys"."event_time"
  )
  AND "page_views"."event_time" BETWEEN CAST(? AS TIMESTAMP) AND CAST(? AS TIMESTAMP);

INSERT INTO "page_views" (
  "page_view_id",
  "event_time",
  "user_id",
  "level",
  "page",
  "method",
  "status",
  "auth",
  "session_id",
  "item_in_session",
  "location",
  "user_agent",
  "registered_at",
  "song",
  "artist",
  "length",
  "log_date"
)
SELECT
  CAST('0x' || LEFT(
    MD5(
      COALESCE(CAST("staging_events"."user_id" AS TEXT), '') || '|' || CAST("staging_events"."session_id" AS TEXT) || '|' || CAST("staging_events"."item_in_session" AS TEXT) || '|' || CAST("staging_events"."ts" AS TEXT)
    ),
    15
  ) AS BIGINT) AS "page_view_id",
  EPOCH_MS("staging_events"."ts") AS "event_time",
  "staging_events"."user_id" AS "user_id",
  "staging_events"."level" AS "level",
  "staging_events"."page" AS "page",
  "staging_events"."method" AS "method",
  "staging_events"."status" AS "status",
  "staging_events"."auth" AS "auth",
  "staging_events"."session_id" AS "session_id",
  "staging_events"."item_in_session" AS "item_in_session",
  "staging_events"."location" AS "location",
  "staging_events"."user_agent" AS "user_agent",
  CASE
    WHEN "staging_events"."registration" BETWEEN 0 AND 4102444799999
    THEN EPOCH_MS(CAST(ROUND("staging_events"."registration") AS BIGINT))
  END AS "registered_at",
  "staging_events"."song" AS "song",
  "staging_events"."artist" AS "artist",
  "staging_events"."length" AS "length",
  "staging_events"."log_date" AS "log_date"
FROM "staging_events" AS "staging_events"
INNER JOIN "sparkify_temporary_touched_keys"
  ON (
    "staging_events"."user_id" = "sparkify_temporary_touched_keys"."user_id"
    OR (
      "staging_events"."user_id" IS NULL AND "sparkify_temporary_touched_keys"."user_id" IS NULL
    )
  )
  AND "staging_events"."session_id" = "sparkify_temporary_touched_keys"."session_id"
  AND "staging_events"."item_in_session" = "sparkify_temporary_touched_keys"."item_in_session"
  AND EPOCH_MS("staging_events"."ts") = "sparkify_temporary_touched_keys"."event_time"
WHERE
  "staging_events"."log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
QUALIFY
  ROW_NUMBER() OVER (
    PARTITION BY "staging_events"."user_id", "staging_events"."session_id", "staging_events"."item_in_session", "staging_events"."ts"
    ORDER BY CASE WHEN RTRIM("staging_events"."page", ' ') = 'NextSong' THEN 0 ELSE 1 END, "staging_events"."log_date" DESC NULLS FIRST, RTRIM("staging_events"."level", ' ') DESC, RTRIM("staging_events"."song", ' ') DESC, RTRIM("staging_events"."artist", ' ') DESC, "staging_events"."length" DESC, RTRIM("staging_events"."location", ' ') DESC, RTRIM("staging_events"."user_agent", ' ') DESC, RTRIM("staging_events"."page", ' ') DESC NULLS FIRST, RTRIM("staging_events"."method", ' ') DESC, "staging_events"."status" DESC, RTRIM("staging_events"."auth", ' ') DESC, "staging_events"."registration" DESC, STRLEN("staging_events"."level") DESC NULLS FIRST, STRLEN("staging_events"."song") DESC NULLS FIRST, STRLEN("staging_events"."artist") DESC NULLS FIRST, STRLEN("staging_events"."location") DESC NULLS FIRST, STRLEN("staging_events"."user_agent") DESC NULLS FIRST, STRLEN("staging_events"."page") DESC NULLS FIRST, STRLEN("staging_events"."method") DESC NULLS FIRST, STRLEN("staging_events"."auth") DESC NULLS FIRST
  ) = 1;

SELECT
  "page_views"."log_date",
  CAST("page_views"."event_time" AS DATE),
  COUNT(*)
FROM "page_views"
INNER JOIN "sparkify_temporary_touched_keys"
  ON (
    "page_views"."user_id" = "sparkify_temporary_touched_keys"."user_id"
    OR (
      "page_views"."user_id" IS NULL AND "sparkify_temporary_touched_keys"."user_id" IS NULL
    )
  )
  AND "page_views"."session_id" = "sparkify_temporary_touched_keys"."session_id"
  AND "page_views"."item_in_session" = "sparkify_temporary_touched_keys"."item_in_session"
  AND "page_views"."event_time" = "sparkify_temporary_touched_keys"."event_time"
WHERE
  "page_views"."event_time" BETWEEN CAST(? AS TIMESTAMP) AND CAST(? AS TIMESTAMP)
GROUP BY
  "page_views"."log_date",
  CAST("page_views"."event_time" AS DATE);

DROP TABLE "sparkify_temporary_touched_keys";

SELECT
  COUNT(*)
FROM "page_views";
