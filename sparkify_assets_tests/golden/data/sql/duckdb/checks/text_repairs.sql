-- primary_key (error): No two rows have the same original_text.

SELECT
  "every_row"."original_text" || '' AS "original_text",
  COUNT(*) AS "rows_with_it"
FROM "text_repairs" AS "every_row"
GROUP BY
  "every_row"."original_text" || ''
HAVING
  COUNT(*) > 1;

-- no_unrepairable_names (warning): A name that was decoded wrongly can be repaired with certainty.  One that cannot stays as delivered.

SELECT
  "text_repairs"."original_text" AS "original_text",
  "text_repairs"."repair_method" AS "repair_method"
FROM "text_repairs" AS "text_repairs"
WHERE
  "text_repairs"."kind" = 'broken';
