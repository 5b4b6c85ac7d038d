-- made

CREATE TABLE "staging_events" (
  "artist" VARCHAR(1024),
  "auth" VARCHAR(32),
  "first_name" VARCHAR(256),
  "gender" VARCHAR(8),
  "item_in_session" INTEGER NOT NULL,
  "last_name" VARCHAR(256),
  "length" DOUBLE PRECISION,
  "level" VARCHAR(16),
  "location" VARCHAR(512),
  "method" VARCHAR(16),
  "page" VARCHAR(64) NOT NULL,
  "registration" DOUBLE PRECISION,
  "session_id" INTEGER NOT NULL,
  "song" VARCHAR(1024),
  "status" INTEGER,
  "ts" BIGINT NOT NULL,
  "user_agent" VARCHAR(1024),
  "user_id" INTEGER,
  "log_date" DATE NOT NULL
)
DISTSTYLE KEY
DISTKEY("session_id")
SORTKEY("log_date");
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

CREATE TEMPORARY TABLE "sparkify_temporary_landed_records" (
  "artist" VARCHAR(1024),
  "auth" VARCHAR(32),
  "first_name" VARCHAR(256),
  "gender" VARCHAR(8),
  "item_in_session" VARCHAR(64),
  "last_name" VARCHAR(256),
  "length" VARCHAR(64),
  "length_number" DOUBLE PRECISION,
  "level" VARCHAR(16),
  "location" VARCHAR(512),
  "method" VARCHAR(16),
  "page" VARCHAR(64),
  "registration" VARCHAR(64),
  "registration_number" DOUBLE PRECISION,
  "session_id" VARCHAR(64),
  "song" VARCHAR(1024),
  "status" VARCHAR(64),
  "ts" VARCHAR(64),
  "user_agent" VARCHAR(1024),
  "user_id" VARCHAR(64),
  "landed_partition" VARCHAR(32)
);

COPY "sparkify_temporary_landed_records" ("artist", "auth", "first_name", "gender", "item_in_session", "last_name", "length", "length_number", "level", "location", "method", "page", "registration", "registration_number", "session_id", "song", "status", "ts", "user_agent", "user_id", "landed_partition") FROM 's3://lake/manifest' IAM_ROLE DEFAULT FORMAT JSON 's3://lake/jsonpaths' REGION 'us-east-1' COMPUPDATE OFF STATUPDATE OFF MANIFEST;

SELECT
  COUNT(*)
FROM "sparkify_temporary_landed_records"
WHERE
  CASE
    WHEN TRUE
    AND TRUE
    AND TRUE
    AND TRUE
    AND CASE
      WHEN "item_in_session" IS NULL OR OCTET_LENGTH("item_in_session") = 0
      THEN FALSE
      WHEN "item_in_session" ~ '^-?[0-9]{1,37}$'
      THEN CAST("item_in_session" AS DECIMAL(38, 0)) BETWEEN 0 AND 2147483647
      ELSE FALSE
    END
    AND TRUE
    AND CASE
      WHEN "length" IS NULL OR OCTET_LENGTH("length") = 0
      THEN TRUE
      WHEN "length" ~ '^-?[0-9]+([.][0-9]+)?([eE][-+]?[0-9]+)?$'
      THEN "length_number" BETWEEN CAST('-1.7976931348623157e+308' AS DOUBLE PRECISION) AND CAST('1.7976931348623157e+308' AS DOUBLE PRECISION)
      ELSE FALSE
    END
    AND TRUE
    AND TRUE
    AND TRUE
    AND NOT "page" IS NULL
    AND CASE
      WHEN "registration" IS NULL OR OCTET_LENGTH("registration") = 0
      THEN TRUE
      WHEN "registration" ~ '^-?[0-9]+([.][0-9]+)?([eE][-+]?[0-9]+)?$'
      THEN "registration_number" BETWEEN CAST('-1.7976931348623157e+308' AS DOUBLE PRECISION) AND CAST('1.7976931348623157e+308' AS DOUBLE PRECISION)
      ELSE FALSE
    END
    AND CASE
      WHEN "session_id" IS NULL OR OCTET_LENGTH("session_id") = 0
      THEN FALSE
      WHEN "session_id" ~ '^-?[0-9]{1,37}$'
      THEN CAST("session_id" AS DECIMAL(38, 0)) BETWEEN 0 AND 2147483647
      ELSE FALSE
    END
    AND TRUE
    AND CASE
      WHEN "status" IS NULL OR OCTET_LENGTH("status") = 0
      THEN TRUE
      WHEN "status" ~ '^-?[0-9]{1,37}$'
      THEN CAST("status" AS DECIMAL(38, 0)) BETWEEN -2147483648 AND 2147483647
      ELSE FALSE
    END
    AND CASE
      WHEN "ts" IS NULL OR OCTET_LENGTH("ts") = 0
      THEN FALSE
      WHEN "ts" ~ '^-?[0-9]{1,37}$'
      THEN CAST("ts" AS DECIMAL(38, 0)) BETWEEN 946684800000 AND 4102444799999
      ELSE FALSE
    END
    AND TRUE
    AND CASE
      WHEN "user_id" IS NULL OR OCTET_LENGTH("user_id") = 0
      THEN TRUE
      WHEN "user_id" ~ '^-?[0-9]{1,37}$'
      THEN CAST("user_id" AS DECIMAL(38, 0)) BETWEEN -2147483648 AND 2147483647
      ELSE FALSE
    END
    THEN FALSE
    ELSE TRUE
  END;

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
  "artist",
  "auth",
  "first_name",
  "gender",
  CASE WHEN OCTET_LENGTH("item_in_session") > 0 THEN CAST(CAST("item_in_session" AS DECIMAL(38, 0)) AS INTEGER) END,
  "last_name",
  "length_number",
  "level",
  "location",
  "method",
  "page",
  "registration_number",
  CASE WHEN OCTET_LENGTH("session_id") > 0 THEN CAST(CAST("session_id" AS DECIMAL(38, 0)) AS INTEGER) END,
  "song",
  CASE WHEN OCTET_LENGTH("status") > 0 THEN CAST(CAST("status" AS DECIMAL(38, 0)) AS INTEGER) END,
  CASE WHEN OCTET_LENGTH("ts") > 0 THEN CAST(CAST("ts" AS DECIMAL(38, 0)) AS BIGINT) END,
  "user_agent",
  CASE WHEN OCTET_LENGTH("user_id") > 0 THEN CAST(CAST("user_id" AS DECIMAL(38, 0)) AS INTEGER) END,
  CAST("landed_partition" AS DATE)
FROM "sparkify_temporary_landed_records";

SELECT
  "original_text"
FROM (
  SELECT DISTINCT
    RTRIM("staging_events"."artist") AS "original_text"
  FROM "staging_events" AS "staging_events"
  WHERE
    OCTET_LENGTH("staging_events"."artist") > LENGTH("staging_events"."artist")
    AND "staging_events"."log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
  UNION ALL
  SELECT DISTINCT
    RTRIM("staging_events"."song") AS "original_text"
  FROM "staging_events" AS "staging_events"
  WHERE
    OCTET_LENGTH("staging_events"."song") > LENGTH("staging_events"."song")
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
    RTRIM("staging_events"."user_agent") AS "user_agent"
  FROM "staging_events" AS "staging_events"
  WHERE
    NOT "staging_events"."user_agent" IS NULL AND "staging_events"."log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "texts"
EXCEPT
SELECT
  "user_agent"
FROM "user_agents";

-- where COPY finds the columns in a record: {"jsonpaths": ["$['r']['artist']", "$['r']['auth']", "$['r']['firstName']", "$['r']['gender']", "$['r']['itemInSession']", "$['r']['lastName']", "$['r']['length']", "$['r']['length']", "$['r']['level']", "$['r']['location']", "$['r']['method']", "$['r']['page']", "$['r']['registration']", "$['r']['registration']", "$['r']['sessionId']", "$['r']['song']", "$['r']['status']", "$['r']['ts']", "$['r']['userAgent']", "$['r']['userId']", "$['p']"]}
