-- made

CREATE TABLE "staging_events" (
  "artist" TEXT(1024) CHECK (STRLEN("artist") <= 1024),
  "auth" TEXT(32) CHECK (STRLEN("auth") <= 32),
  "first_name" TEXT(256) CHECK (STRLEN("first_name") <= 256),
  "gender" TEXT(8) CHECK (STRLEN("gender") <= 8),
  "item_in_session" INT NOT NULL,
  "last_name" TEXT(256) CHECK (STRLEN("last_name") <= 256),
  "length" DOUBLE,
  "level" TEXT(16) CHECK (STRLEN("level") <= 16),
  "location" TEXT(512) CHECK (STRLEN("location") <= 512),
  "method" TEXT(16) CHECK (STRLEN("method") <= 16),
  "page" TEXT(64) NOT NULL CHECK (STRLEN("page") <= 64),
  "registration" DOUBLE,
  "session_id" INT NOT NULL,
  "song" TEXT(1024) CHECK (STRLEN("song") <= 1024),
  "status" INT,
  "ts" BIGINT NOT NULL,
  "user_agent" TEXT(1024) CHECK (STRLEN("user_agent") <= 1024),
  "user_id" INT,
  "log_date" DATE NOT NULL
);
COMMENT ON TABLE "staging_events" IS 'User activity as delivered: one row a line of the log files, duplicates included.';
COMMENT ON COLUMN "staging_events"."artist" IS 'Artist name of the song played, as the app sent it (may be double-encoded); null on other pages.';
COMMENT ON COLUMN "staging_events"."auth" IS 'Logged In, Logged Out, Cancelled or Guest.';
COMMENT ON COLUMN "staging_events"."first_name" IS 'First name of the user; null when logged out.';
COMMENT ON COLUMN "staging_events"."gender" IS 'F or M, as registered; null when logged out.';
COMMENT ON COLUMN "staging_events"."item_in_session" IS 'Number of the event within its session, from 0; with session_id the natural key of an event.';
COMMENT ON COLUMN "staging_events"."last_name" IS 'Last name of the user; null when logged out.';
COMMENT ON COLUMN "staging_events"."length" IS 'Length of the song played, in seconds; null on other pages.';
COMMENT ON COLUMN "staging_events"."level" IS 'Subscription at the time of the event: free or paid.';
COMMENT ON COLUMN "staging_events"."location" IS 'Place of the user, metropolitan area and states.';
COMMENT ON COLUMN "staging_events"."method" IS 'HTTP method of the request.';
COMMENT ON COLUMN "staging_events"."page" IS 'Page of the app; NextSong is a play.';
COMMENT ON COLUMN "staging_events"."registration" IS 'When the user registered, epoch milliseconds UTC; delivered with a decimal point, hence not an integer.';
COMMENT ON COLUMN "staging_events"."session_id" IS 'Session of the app.';
COMMENT ON COLUMN "staging_events"."song" IS 'Title of the song played, as the app sent it; null on other pages.';
COMMENT ON COLUMN "staging_events"."status" IS 'HTTP status of the response.';
COMMENT ON COLUMN "staging_events"."ts" IS 'When the event happened, epoch milliseconds UTC.';
COMMENT ON COLUMN "staging_events"."user_agent" IS 'Browser, as it calls itself.';
COMMENT ON COLUMN "staging_events"."user_id" IS 'User of the app; null when logged out (delivered as an empty string).';
COMMENT ON COLUMN "staging_events"."log_date" IS 'The day in the name of the file this row came from: its partition.';

-- loaded, two partitions

DELETE FROM "staging_events"
WHERE
  "log_date" IN (CAST(? AS DATE), CAST(? AS DATE));

CREATE TEMPORARY TABLE "sparkify_temporary_incoming_parts" (
  "path" TEXT,
  "partition" TEXT
);

INSERT INTO "sparkify_temporary_incoming_parts" (
  "path",
  "partition"
)
SELECT
  UNNEST(CAST(? AS TEXT[])) AS "path",
  UNNEST(CAST(? AS TEXT[])) AS "partition";

INSERT INTO "staging_events" (
  "artist",
  "auth",
  "first_name",
  "gender",
  "item_in_session",
  "last_name",
  "length",
  "level",
  "location",
  "method",
  "page",
  "registration",
  "session_id",
  "song",
  "status",
  "ts",
  "user_agent",
  "user_id",
  "log_date"
)
SELECT
  CASE
    WHEN "artist" IS NULL
    THEN NULL
    WHEN (
      NOT (
        (
          "artist" >= 'O' AND "artist" < '['
        )
        OR (
          "artist" >= 'A' AND "artist" < 'I'
        )
        OR (
          "artist" >= 'J' AND "artist" < 'N'
        )
      )
      AND (
        (
          "artist" >= '-' AND "artist" < ':'
        )
        OR (
          "artist" >= '[' AND "artist" < '\'
        )
        OR (
          "artist" >= '{' AND "artist" < '|'
        )
        OR (
          "artist" >= 'NA' AND "artist" < 'NB'
        )
        OR (
          "artist" >= 'Na' AND "artist" < 'Nb'
        )
        OR (
          "artist" >= 'nA' AND "artist" < 'nB'
        )
        OR (
          "artist" >= 'na' AND "artist" < 'nb'
        )
        OR (
          "artist" >= 'IN' AND "artist" < 'IO'
        )
        OR (
          "artist" >= 'In' AND "artist" < 'Io'
        )
        OR (
          "artist" >= 'iN' AND "artist" < 'iO'
        )
        OR (
          "artist" >= 'in' AND "artist" < 'io'
        )
      )
    )
    AND (
      (
        REGEXP_FULL_MATCH("artist", '(?s)0|-?[0-9]+[.eE].*|\[.*\]|\{.*\}') AND JSON_VALID("artist")
      )
      OR REGEXP_FULL_MATCH("artist", '(?i)-?(nan|inf|infinity)')
    )
    THEN ERROR(COALESCE("artist", 'null'))
    WHEN STRLEN("artist") <= 1024
    THEN "artist"
    ELSE ERROR(COALESCE("artist", 'null'))
  END,
  CASE
    WHEN "auth" IS NULL
    THEN NULL
    WHEN (
      NOT (
        (
          "auth" >= 'O' AND "auth" < '['
        ) OR (
          "auth" >= 'A' AND "auth" < 'I'
        ) OR (
          "auth" >= 'J' AND "auth" < 'N'
        )
      )
      AND (
        (
          "auth" >= '-' AND "auth" < ':'
        )
        OR (
          "auth" >= '[' AND "auth" < '\'
        )
        OR (
          "auth" >= '{' AND "auth" < '|'
        )
        OR (
          "auth" >= 'NA' AND "auth" < 'NB'
        )
        OR (
          "auth" >= 'Na' AND "auth" < 'Nb'
        )
        OR (
          "auth" >= 'nA' AND "auth" < 'nB'
        )
        OR (
          "auth" >= 'na' AND "auth" < 'nb'
        )
        OR (
          "auth" >= 'IN' AND "auth" < 'IO'
        )
        OR (
          "auth" >= 'In' AND "auth" < 'Io'
        )
        OR (
          "auth" >= 'iN' AND "auth" < 'iO'
        )
        OR (
          "auth" >= 'in' AND "auth" < 'io'
        )
      )
    )
    AND (
      (
        REGEXP_FULL_MATCH("auth", '(?s)0|-?[0-9]+[.eE].*|\[.*\]|\{.*\}') AND JSON_VALID("auth")
      )
      OR REGEXP_FULL_MATCH("auth", '(?i)-?(nan|inf|infinity)')
    )
    THEN ERROR(COALESCE("auth", 'null'))
    WHEN STRLEN("auth") <= 32
    THEN "auth"
    ELSE ERROR(COALESCE("auth", 'null'))
  END,
  CASE
    WHEN "firstName" IS NULL
    THEN NULL
    WHEN (
      NOT (
        (
          "firstName" >= 'O' AND "firstName" < '['
        )
        OR (
          "firstName" >= 'A' AND "firstName" < 'I'
        )
        OR (
          "firstName" >= 'J' AND "firstName" < 'N'
        )
      )
      AND (
        (
          "firstName" >= '-' AND "firstName" < ':'
        )
        OR (
          "firstName" >= '[' AND "firstName" < '\'
        )
        OR (
          "firstName" >= '{' AND "firstName" < '|'
        )
        OR (
          "firstName" >= 'NA' AND "firstName" < 'NB'
        )
        OR (
          "firstName" >= 'Na' AND "firstName" < 'Nb'
        )
        OR (
          "firstName" >= 'nA' AND "firstName" < 'nB'
        )
        OR (
          "firstName" >= 'na' AND "firstName" < 'nb'
        )
        OR (
          "firstName" >= 'IN' AND "firstName" < 'IO'
        )
        OR (
          "firstName" >= 'In' AND "firstName" < 'Io'
        )
        OR (
          "firstName" >= 'iN' AND "firstName" < 'iO'
        )
        OR (
          "firstName" >= 'in' AND "firstName" < 'io'
        )
      )
    )
    AND (
      (
        REGEXP_FULL_MATCH("firstName", '(?s)0|-?[0-9]+[.eE].*|\[.*\]|\{.*\}') AND JSON_VALID("firstName")
      )
      OR REGEXP_FULL_MATCH("firstName", '(?i)-?(nan|inf|infinity)')
    )
    THEN ERROR(COALESCE("firstName", 'null'))
    WHEN STRLEN("firstName") <= 256
    THEN "firstName"
    ELSE ERROR(COALESCE("firstName", 'null'))
  END,
  CASE
    WHEN "gender" IS NULL
    THEN NULL
    WHEN (
      NOT (
        (
          "gender" >= 'O' AND "gender" < '['
        )
        OR (
          "gender" >= 'A' AND "gender" < 'I'
        )
        OR (
          "gender" >= 'J' AND "gender" < 'N'
        )
      )
      AND (
        (
          "gender" >= '-' AND "gender" < ':'
        )
        OR (
          "gender" >= '[' AND "gender" < '\'
        )
        OR (
          "gender" >= '{' AND "gender" < '|'
        )
        OR (
          "gender" >= 'NA' AND "gender" < 'NB'
        )
        OR (
          "gender" >= 'Na' AND "gender" < 'Nb'
        )
        OR (
          "gender" >= 'nA' AND "gender" < 'nB'
        )
        OR (
          "gender" >= 'na' AND "gender" < 'nb'
        )
        OR (
          "gender" >= 'IN' AND "gender" < 'IO'
        )
        OR (
          "gender" >= 'In' AND "gender" < 'Io'
        )
        OR (
          "gender" >= 'iN' AND "gender" < 'iO'
        )
        OR (
          "gender" >= 'in' AND "gender" < 'io'
        )
      )
    )
    AND (
      (
        REGEXP_FULL_MATCH("gender", '(?s)0|-?[0-9]+[.eE].*|\[.*\]|\{.*\}') AND JSON_VALID("gender")
      )
      OR REGEXP_FULL_MATCH("gender", '(?i)-?(nan|inf|infinity)')
    )
    THEN ERROR(COALESCE("gender", 'null'))
    WHEN STRLEN("gender") <= 8
    THEN "gender"
    ELSE ERROR(COALESCE("gender", 'null'))
  END,
  CASE
    WHEN CAST(TRY_CAST("itemInSession" AS INT) AS TEXT) = "itemInSession"
    AND TRY_CAST("itemInSession" AS INT) BETWEEN 0 AND 2147483647
    THEN TRY_CAST("itemInSession" AS INT)
    WHEN "itemInSession" IS NULL OR "itemInSession" = ''
    THEN ERROR(COALESCE("itemInSession", 'null'))
    WHEN REGEXP_MATCHES("itemInSession", '^-?[0-9]+$') AND TRY_CAST("itemInSession" AS INT) BETWEEN 0 AND 2147483647
    THEN TRY_CAST("itemInSession" AS INT)
    ELSE ERROR(COALESCE("itemInSession", 'null'))
  END,
  CASE
    WHEN "lastName" IS NULL
    THEN NULL
    WHEN (
      NOT (
        (
          "lastName" >= 'O' AND "lastName" < '['
        )
        OR (
          "lastName" >= 'A' AND "lastName" < 'I'
        )
        OR (
          "lastName" >= 'J' AND "lastName" < 'N'
        )
      )
      AND (
        (
          "lastName" >= '-' AND "lastName" < ':'
        )
        OR (
          "lastName" >= '[' AND "lastName" < '\'
        )
        OR (
          "lastName" >= '{' AND "lastName" < '|'
        )
        OR (
          "lastName" >= 'NA' AND "lastName" < 'NB'
        )
        OR (
          "lastName" >= 'Na' AND "lastName" < 'Nb'
        )
        OR (
          "lastName" >= 'nA' AND "lastName" < 'nB'
        )
        OR (
          "lastName" >= 'na' AND "lastName" < 'nb'
        )
        OR (
          "lastName" >= 'IN' AND "lastName" < 'IO'
        )
        OR (
          "lastName" >= 'In' AND "lastName" < 'Io'
        )
        OR (
          "lastName" >= 'iN' AND "lastName" < 'iO'
        )
        OR (
          "lastName" >= 'in' AND "lastName" < 'io'
        )
      )
    )
    AND (
      (
        REGEXP_FULL_MATCH("lastName", '(?s)0|-?[0-9]+[.eE].*|\[.*\]|\{.*\}') AND JSON_VALID("lastName")
      )
      OR REGEXP_FULL_MATCH("lastName", '(?i)-?(nan|inf|infinity)')
    )
    THEN ERROR(COALESCE("lastName", 'null'))
    WHEN STRLEN("lastName") <= 256
    THEN "lastName"
    ELSE ERROR(COALESCE("lastName", 'null'))
  END,
  CASE
    WHEN "length" IS NULL OR "length" = ''
    THEN NULL
    WHEN REGEXP_MATCHES("length", '^-?[0-9]+([.][0-9]+)?([eE][-+]?[0-9]+)?$')
    AND TRY_CAST("length" AS DOUBLE) BETWEEN CAST('-1.7976931348623157e+308' AS DOUBLE) AND CAST('1.7976931348623157e+308' AS DOUBLE)
    THEN TRY_CAST("length" AS DOUBLE)
    ELSE ERROR(COALESCE("length", 'null'))
  END,
  CASE
    WHEN "level" IS NULL
    THEN NULL
    WHEN (
      NOT (
        (
          "level" >= 'O' AND "level" < '['
        ) OR (
          "level" >= 'A' AND "level" < 'I'
        ) OR (
          "level" >= 'J' AND "level" < 'N'
        )
      )
      AND (
        (
          "level" >= '-' AND "level" < ':'
        )
        OR (
          "level" >= '[' AND "level" < '\'
        )
        OR (
          "level" >= '{' AND "level" < '|'
        )
        OR (
          "level" >= 'NA' AND "level" < 'NB'
        )
        OR (
          "level" >= 'Na' AND "level" < 'Nb'
        )
        OR (
          "level" >= 'nA' AND "level" < 'nB'
        )
        OR (
          "level" >= 'na' AND "level" < 'nb'
        )
        OR (
          "level" >= 'IN' AND "level" < 'IO'
        )
        OR (
          "level" >= 'In' AND "level" < 'Io'
        )
        OR (
          "level" >= 'iN' AND "level" < 'iO'
        )
        OR (
          "level" >= 'in' AND "level" < 'io'
        )
      )
    )
    AND (
      (
        REGEXP_FULL_MATCH("level", '(?s)0|-?[0-9]+[.eE].*|\[.*\]|\{.*\}') AND JSON_VALID("level")
      )
      OR REGEXP_FULL_MATCH("level", '(?i)-?(nan|inf|infinity)')
    )
    THEN ERROR(COALESCE("level", 'null'))
    WHEN STRLEN("level") <= 16
    THEN "level"
    ELSE ERROR(COALESCE("level", 'null'))
  END,
  CASE
    WHEN "location" IS NULL
    THEN NULL
    WHEN (
      NOT (
        (
          "location" >= 'O' AND "location" < '['
        )
        OR (
          "location" >= 'A' AND "location" < 'I'
        )
        OR (
          "location" >= 'J' AND "location" < 'N'
        )
      )
      AND (
        (
          "location" >= '-' AND "location" < ':'
        )
        OR (
          "location" >= '[' AND "location" < '\'
        )
        OR (
          "location" >= '{' AND "location" < '|'
        )
        OR (
          "location" >= 'NA' AND "location" < 'NB'
        )
        OR (
          "location" >= 'Na' AND "location" < 'Nb'
        )
        OR (
          "location" >= 'nA' AND "location" < 'nB'
        )
        OR (
          "location" >= 'na' AND "location" < 'nb'
        )
        OR (
          "location" >= 'IN' AND "location" < 'IO'
        )
        OR (
          "location" >= 'In' AND "location" < 'Io'
        )
        OR (
          "location" >= 'iN' AND "location" < 'iO'
        )
        OR (
          "location" >= 'in' AND "location" < 'io'
        )
      )
    )
    AND (
      (
        REGEXP_FULL_MATCH("location", '(?s)0|-?[0-9]+[.eE].*|\[.*\]|\{.*\}') AND JSON_VALID("location")
      )
      OR REGEXP_FULL_MATCH("location", '(?i)-?(nan|inf|infinity)')
    )
    THEN ERROR(COALESCE("location", 'null'))
    WHEN STRLEN("location") <= 512
    THEN "location"
    ELSE ERROR(COALESCE("location", 'null'))
  END,
  CASE
    WHEN "method" IS NULL
    THEN NULL
    WHEN (
      NOT (
        (
          "method" >= 'O' AND "method" < '['
        )
        OR (
          "method" >= 'A' AND "method" < 'I'
        )
        OR (
          "method" >= 'J' AND "method" < 'N'
        )
      )
      AND (
        (
          "method" >= '-' AND "method" < ':'
        )
        OR (
          "method" >= '[' AND "method" < '\'
        )
        OR (
          "method" >= '{' AND "method" < '|'
        )
        OR (
          "method" >= 'NA' AND "method" < 'NB'
        )
        OR (
          "method" >= 'Na' AND "method" < 'Nb'
        )
        OR (
          "method" >= 'nA' AND "method" < 'nB'
        )
        OR (
          "method" >= 'na' AND "method" < 'nb'
        )
        OR (
          "method" >= 'IN' AND "method" < 'IO'
        )
        OR (
          "method" >= 'In' AND "method" < 'Io'
        )
        OR (
          "method" >= 'iN' AND "method" < 'iO'
        )
        OR (
          "method" >= 'in' AND "method" < 'io'
        )
      )
    )
    AND (
      (
        REGEXP_FULL_MATCH("method", '(?s)0|-?[0-9]+[.eE].*|\[.*\]|\{.*\}') AND JSON_VALID("method")
      )
      OR REGEXP_FULL_MATCH("method", '(?i)-?(nan|inf|infinity)')
    )
    THEN ERROR(COALESCE("method", 'null'))
    WHEN STRLEN("method") <= 16
    THEN "method"
    ELSE ERROR(COALESCE("method", 'null'))
  END,
  CASE
    WHEN "page" IS NULL
    THEN ERROR(COALESCE("page", 'null'))
    WHEN (
      NOT (
        (
          "page" >= 'O' AND "page" < '['
        ) OR (
          "page" >= 'A' AND "page" < 'I'
        ) OR (
          "page" >= 'J' AND "page" < 'N'
        )
      )
      AND (
        (
          "page" >= '-' AND "page" < ':'
        )
        OR (
          "page" >= '[' AND "page" < '\'
        )
        OR (
          "page" >= '{' AND "page" < '|'
        )
        OR (
          "page" >= 'NA' AND "page" < 'NB'
        )
        OR (
          "page" >= 'Na' AND "page" < 'Nb'
        )
        OR (
          "page" >= 'nA' AND "page" < 'nB'
        )
        OR (
          "page" >= 'na' AND "page" < 'nb'
        )
        OR (
          "page" >= 'IN' AND "page" < 'IO'
        )
        OR (
          "page" >= 'In' AND "page" < 'Io'
        )
        OR (
          "page" >= 'iN' AND "page" < 'iO'
        )
        OR (
          "page" >= 'in' AND "page" < 'io'
        )
      )
    )
    AND (
      (
        REGEXP_FULL_MATCH("page", '(?s)0|-?[0-9]+[.eE].*|\[.*\]|\{.*\}') AND JSON_VALID("page")
      )
      OR REGEXP_FULL_MATCH("page", '(?i)-?(nan|inf|infinity)')
    )
    THEN ERROR(COALESCE("page", 'null'))
    WHEN STRLEN("page") <= 64
    THEN "page"
    ELSE ERROR(COALESCE("page", 'null'))
  END,
  CASE
    WHEN "registration" IS NULL OR "registration" = ''
    THEN NULL
    WHEN REGEXP_MATCHES("registration", '^-?[0-9]+([.][0-9]+)?([eE][-+]?[0-9]+)?$')
    AND TRY_CAST("registration" AS DOUBLE) BETWEEN CAST('-1.7976931348623157e+308' AS DOUBLE) AND CAST('1.7976931348623157e+308' AS DOUBLE)
    THEN TRY_CAST("registration" AS DOUBLE)
    ELSE ERROR(COALESCE("registration", 'null'))
  END,
  CASE
    WHEN CAST(TRY_CAST("sessionId" AS INT) AS TEXT) = "sessionId" AND TRY_CAST("sessionId" AS INT) BETWEEN 0 AND 2147483647
    THEN TRY_CAST("sessionId" AS INT)
    WHEN "sessionId" IS NULL OR "sessionId" = ''
    THEN ERROR(COALESCE("sessionId", 'null'))
    WHEN REGEXP_MATCHES("sessionId", '^-?[0-9]+$') AND TRY_CAST("sessionId" AS INT) BETWEEN 0 AND 2147483647
    THEN TRY_CAST("sessionId" AS INT)
    ELSE ERROR(COALESCE("sessionId", 'null'))
  END,
  CASE
    WHEN "song" IS NULL
    THEN NULL
    WHEN (
      NOT (
        (
          "song" >= 'O' AND "song" < '['
        ) OR (
          "song" >= 'A' AND "song" < 'I'
        ) OR (
          "song" >= 'J' AND "song" < 'N'
        )
      )
      AND (
        (
          "song" >= '-' AND "song" < ':'
        )
        OR (
          "song" >= '[' AND "song" < '\'
        )
        OR (
          "song" >= '{' AND "song" < '|'
        )
        OR (
          "song" >= 'NA' AND "song" < 'NB'
        )
        OR (
          "song" >= 'Na' AND "song" < 'Nb'
        )
        OR (
          "song" >= 'nA' AND "song" < 'nB'
        )
        OR (
          "song" >= 'na' AND "song" < 'nb'
        )
        OR (
          "song" >= 'IN' AND "song" < 'IO'
        )
        OR (
          "song" >= 'In' AND "song" < 'Io'
        )
        OR (
          "song" >= 'iN' AND "song" < 'iO'
        )
        OR (
          "song" >= 'in' AND "song" < 'io'
        )
      )
    )
    AND (
      (
        REGEXP_FULL_MATCH("song", '(?s)0|-?[0-9]+[.eE].*|\[.*\]|\{.*\}') AND JSON_VALID("song")
      )
      OR REGEXP_FULL_MATCH("song", '(?i)-?(nan|inf|infinity)')
    )
    THEN ERROR(COALESCE("song", 'null'))
    WHEN STRLEN("song") <= 1024
    THEN "song"
    ELSE ERROR(COALESCE("song", 'null'))
  END,
  CASE
    WHEN CAST(TRY_CAST("status" AS INT) AS TEXT) = "status" AND TRY_CAST("status" AS INT) BETWEEN -2147483648 AND 2147483647
    THEN TRY_CAST("status" AS INT)
    WHEN "status" IS NULL OR "status" = ''
    THEN NULL
    WHEN REGEXP_MATCHES("status", '^-?[0-9]+$') AND TRY_CAST("status" AS INT) BETWEEN -2147483648 AND 2147483647
    THEN TRY_CAST("status" AS INT)
    ELSE ERROR(COALESCE("status", 'null'))
  END,
  CASE
    WHEN CAST(TRY_CAST("ts" AS BIGINT) AS TEXT) = "ts" AND TRY_CAST("ts" AS BIGINT) BETWEEN 946684800000 AND 4102444799999
    THEN TRY_CAST("ts" AS BIGINT)
    WHEN "ts" IS NULL OR "ts" = ''
    THEN ERROR(COALESCE("ts", 'null'))
    WHEN REGEXP_MATCHES("ts", '^-?[0-9]+$') AND TRY_CAST("ts" AS BIGINT) BETWEEN 946684800000 AND 4102444799999
    THEN TRY_CAST("ts" AS BIGINT)
    ELSE ERROR(COALESCE("ts", 'null'))
  END,
  CASE
    WHEN "userAgent" IS NULL
    THEN NULL
    WHEN (
      NOT (
        (
          "userAgent" >= 'O' AND "userAgent" < '['
        )
        OR (
          "userAgent" >= 'A' AND "userAgent" < 'I'
        )
        OR (
          "userAgent" >= 'J' AND "userAgent" < 'N'
        )
      )
      AND (
        (
          "userAgent" >= '-' AND "userAgent" < ':'
        )
        OR (
          "userAgent" >= '[' AND "userAgent" < '\'
        )
        OR (
          "userAgent" >= '{' AND "userAgent" < '|'
        )
        OR (
          "userAgent" >= 'NA' AND "userAgent" < 'NB'
        )
        OR (
          "userAgent" >= 'Na' AND "userAgent" < 'Nb'
        )
        OR (
          "userAgent" >= 'nA' AND "userAgent" < 'nB'
        )
        OR (
          "userAgent" >= 'na' AND "userAgent" < 'nb'
        )
        OR (
          "userAgent" >= 'IN' AND "userAgent" < 'IO'
        )
        OR (
          "userAgent" >= 'In' AND "userAgent" < 'Io'
        )
        OR (
          "userAgent" >= 'iN' AND "userAgent" < 'iO'
        )
        OR (
          "userAgent" >= 'in' AND "userAgent" < 'io'
        )
      )
    )
    AND (
      (
        REGEXP_FULL_MATCH("userAgent", '(?s)0|-?[0-9]+[.eE].*|\[.*\]|\{.*\}') AND JSON_VALID("userAgent")
      )
      OR REGEXP_FULL_MATCH("userAgent", '(?i)-?(nan|inf|infinity)')
    )
    THEN ERROR(COALESCE("userAgent", 'null'))
    WHEN STRLEN("userAgent") <= 1024
    THEN "userAgent"
    ELSE ERROR(COALESCE("userAgent", 'null'))
  END,
  CASE
    WHEN CAST(TRY_CAST("userId" AS INT) AS TEXT) = "userId" AND TRY_CAST("userId" AS INT) BETWEEN -2147483648 AND 2147483647
    THEN TRY_CAST("userId" AS INT)
    WHEN "userId" IS NULL OR "userId" = ''
    THEN NULL
    WHEN REGEXP_MATCHES("userId", '^-?[0-9]+$') AND TRY_CAST("userId" AS INT) BETWEEN -2147483648 AND 2147483647
    THEN TRY_CAST("userId" AS INT)
    ELSE ERROR(COALESCE("userId", 'null'))
  END,
  CAST("sparkify_temporary_incoming_parts"."partition" AS DATE)
FROM READ_JSON(
  ?,
  "format" = 'newline_delimited',
  "columns" = {'artist': 'VARCHAR', 'auth': 'VARCHAR', 'firstName': 'VARCHAR', 'gender': 'VARCHAR', 'itemInSession': 'VARCHAR', 'lastName': 'VARCHAR', 'length': 'VARCHAR', 'level': 'VARCHAR', 'location': 'VARCHAR', 'method': 'VARCHAR', 'page': 'VARCHAR', 'registration': 'VARCHAR', 'sessionId': 'VARCHAR', 'song': 'VARCHAR', 'status': 'VARCHAR', 'ts': 'VARCHAR', 'userAgent': 'VARCHAR', 'userId': 'VARCHAR'},
  "compression" = 'none',
  "maximum_object_size" = 4194304
) AS "scanned"
JOIN "sparkify_temporary_incoming_parts"
  ON "scanned"."filename" = "sparkify_temporary_incoming_parts"."path";

DROP TABLE "sparkify_temporary_incoming_parts";

SELECT
  "original_text"
FROM (
  SELECT DISTINCT
    RTRIM("staging_events"."artist", ' ') AS "original_text"
  FROM "staging_events" AS "staging_events"
  WHERE
    STRLEN("staging_events"."artist") > LENGTH("staging_events"."artist")
    AND "staging_events"."log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
  UNION ALL
  SELECT DISTINCT
    RTRIM("staging_events"."song", ' ') AS "original_text"
  FROM "staging_events" AS "staging_events"
  WHERE
    STRLEN("staging_events"."song") > LENGTH("staging_events"."song")
    AND "staging_events"."log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "texts"
EXCEPT
SELECT
  "original_text"
FROM "text_repairs";

SELECT
  "user_agent"
FROM (
  SELECT DISTINCT
    RTRIM("staging_events"."user_agent", ' ') AS "user_agent"
  FROM "staging_events" AS "staging_events"
  WHERE
    NOT "staging_events"."user_agent" IS NULL AND "staging_events"."log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "texts"
EXCEPT
SELECT
  "user_agent"
FROM "user_agents";
