-- primary_key (error): No two rows have the same user_agent.

SELECT
  "every_row"."user_agent" AS "user_agent",
  COUNT(*) AS "rows_with_it"
FROM "user_agents" AS "every_row"
GROUP BY
  "every_row"."user_agent"
HAVING
  COUNT(*) > 1;

-- user_agent_not_null (error): user_agent is never null.

SELECT
  "user_agents"."user_agent" AS "user_agent",
  "user_agents"."browser" AS "browser",
  "user_agents"."os" AS "os",
  "user_agents"."device" AS "device"
FROM "user_agents" AS "user_agents"
WHERE
  "user_agents"."user_agent" IS NULL;

-- browser_not_null (error): browser is never null.

SELECT
  "user_agents"."user_agent" AS "user_agent",
  "user_agents"."browser" AS "browser",
  "user_agents"."os" AS "os",
  "user_agents"."device" AS "device"
FROM "user_agents" AS "user_agents"
WHERE
  "user_agents"."browser" IS NULL;

-- os_not_null (error): os is never null.

SELECT
  "user_agents"."user_agent" AS "user_agent",
  "user_agents"."browser" AS "browser",
  "user_agents"."os" AS "os",
  "user_agents"."device" AS "device"
FROM "user_agents" AS "user_agents"
WHERE
  "user_agents"."os" IS NULL;

-- device_not_null (error): device is never null.

SELECT
  "user_agents"."user_agent" AS "user_agent",
  "user_agents"."browser" AS "browser",
  "user_agents"."os" AS "os",
  "user_agents"."device" AS "device"
FROM "user_agents" AS "user_agents"
WHERE
  "user_agents"."device" IS NULL;

-- text_length_within_limit (error): No text is longer, in bytes, than its column says.

SELECT
  "user_agents"."user_agent" AS "user_agent",
  "user_agents"."browser" AS "browser",
  "user_agents"."os" AS "os",
  "user_agents"."device" AS "device"
FROM "user_agents" AS "user_agents"
WHERE
  STRLEN("user_agents"."user_agent") > 1024
  OR STRLEN("user_agents"."browser") > 2048
  OR STRLEN("user_agents"."os") > 2048
  OR STRLEN("user_agents"."device") > 2048;
