-- made

CREATE TABLE "user_agents" (
  "user_agent" TEXT(1024) NOT NULL CHECK (STRLEN("user_agent") <= 1024),
  "browser" TEXT(2048) NOT NULL CHECK (STRLEN("browser") <= 2048),
  "os" TEXT(2048) NOT NULL CHECK (STRLEN("os") <= 2048),
  "device" TEXT(2048) NOT NULL CHECK (STRLEN("device") <= 2048)
);
COMMENT ON TABLE "user_agents" IS 'What each user agent of staging says of itself: one row a text.';
COMMENT ON COLUMN "user_agents"."user_agent" IS 'The text as delivered, without trailing blanks.';
COMMENT ON COLUMN "user_agents"."browser" IS 'Family of the browser (Chrome, Firefox, Mobile Safari …); Other where it cannot be told.';
COMMENT ON COLUMN "user_agents"."os" IS 'Family of the operating system (Windows, Mac OS X, iOS …); Other where it cannot be told.';
COMMENT ON COLUMN "user_agents"."device" IS 'Family of the device (iPhone, Mac …); Other where it cannot be told, as for most computers.';

-- rebuilt

SELECT
  "user_agent",
  "browser",
  "os",
  "device"
FROM "user_agents";

SELECT DISTINCT
  RTRIM("staging_events"."user_agent", ' ') AS "user_agent"
FROM "staging_events" AS "staging_events"
WHERE
  NOT "staging_events"."user_agent" IS NULL;

-- known texts of two partitions of staging_events

SELECT
  "user_agent"
FROM (
  SELECT DISTINCT
    RTRIM("staging_events"."user_agent", ' ') AS "user_agent"
  FROM "staging_events" AS "staging_events"
  WHERE
    NOT "staging_events"."user_agent" IS NULL AND "staging_events"."log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "texts"
INTERSECT
SELECT
  "user_agent"
FROM "user_agents";

-- new texts of two partitions of staging_events

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
