-- primary_key (error): No two rows have the same week, step.

SELECT
  "every_row"."week" + INTERVAL '0' SECOND AS "week",
  "every_row"."step" + 0 AS "step",
  COUNT(*) AS "rows_with_it"
FROM "upgrade_funnel" AS "every_row"
GROUP BY
  "every_row"."week" + INTERVAL '0' SECOND,
  "every_row"."step" + 0
HAVING
  COUNT(*) > 1;

-- no_step_has_more_users_than_the_one_before (error): Every week has three steps, and none has more users than the one before.

SELECT
  "upgrade_funnel"."week" AS "week",
  COUNT(*) AS "steps",
  SUM(CASE WHEN "upgrade_funnel"."step" = 1 THEN "upgrade_funnel"."users" END) AS "saw",
  SUM(CASE WHEN "upgrade_funnel"."step" = 2 THEN "upgrade_funnel"."users" END) AS "submitted",
  SUM(CASE WHEN "upgrade_funnel"."step" = 3 THEN "upgrade_funnel"."users" END) AS "played"
FROM "upgrade_funnel" AS "upgrade_funnel"
GROUP BY
  "upgrade_funnel"."week"
HAVING
  COUNT(*) <> 3
  OR SUM(CASE WHEN "upgrade_funnel"."step" = 1 THEN "upgrade_funnel"."users" END) < SUM(CASE WHEN "upgrade_funnel"."step" = 2 THEN "upgrade_funnel"."users" END)
  OR SUM(CASE WHEN "upgrade_funnel"."step" = 2 THEN "upgrade_funnel"."users" END) < SUM(CASE WHEN "upgrade_funnel"."step" = 3 THEN "upgrade_funnel"."users" END);
