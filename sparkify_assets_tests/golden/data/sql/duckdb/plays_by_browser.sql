-- made

CREATE TABLE "plays_by_browser" (
  "browser" TEXT(2048) NOT NULL CHECK (STRLEN("browser") <= 2048),
  "os" TEXT(2048) NOT NULL CHECK (STRLEN("os") <= 2048),
  "device" TEXT(2048) NOT NULL CHECK (STRLEN("device") <= 2048),
  "plays" BIGINT,
  "users" BIGINT
);
COMMENT ON TABLE "plays_by_browser" IS 'Plays by browser, operating system and device, as the user agent tells them (ua-parser), all days together.';
COMMENT ON COLUMN "plays_by_browser"."browser" IS 'Family of the browser; Other where the user agent does not tell, unknown where there is none.';
COMMENT ON COLUMN "plays_by_browser"."os" IS 'Family of the operating system; likewise.';
COMMENT ON COLUMN "plays_by_browser"."device" IS 'Family of the device; likewise.';
COMMENT ON COLUMN "plays_by_browser"."plays" IS 'Songs played with it.';
COMMENT ON COLUMN "plays_by_browser"."users" IS 'Different users who played them.';

-- rebuilt

DELETE FROM "plays_by_browser";

INSERT INTO "plays_by_browser" (
  "browser",
  "os",
  "device",
  "plays",
  "users"
)
SELECT
  COALESCE("a"."browser", 'unknown') AS "browser",
  COALESCE("a"."os", 'unknown') AS "os",
  COALESCE("a"."device", 'unknown') AS "device",
  SUM("p"."plays") AS "plays",
  COUNT(DISTINCT "p"."user_id") AS "users"
FROM (
  SELECT
    "session_hours"."user_agent" AS "user_agent",
    "session_hours"."user_id" AS "user_id",
    SUM("session_hours"."plays") AS "plays"
  FROM "session_hours" AS "session_hours"
  GROUP BY
    "session_hours"."user_agent",
    "session_hours"."user_id"
) AS "p"
LEFT JOIN "user_agents" AS "a"
  ON "p"."user_agent" = "a"."user_agent"
GROUP BY
  COALESCE("a"."browser", 'unknown'),
  COALESCE("a"."os", 'unknown'),
  COALESCE("a"."device", 'unknown');
