-- primary_key (error): No two rows have the same user_agent.

SELECT
  "every_row"."user_agent" || '' AS "user_agent",
  COUNT(*) AS "rows_with_it"
FROM "user_agents" AS "every_row"
GROUP BY
  "every_row"."user_agent" || ''
HAVING
  COUNT(*) > 1;
