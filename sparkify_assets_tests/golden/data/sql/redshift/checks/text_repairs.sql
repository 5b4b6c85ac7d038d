-- primary_key (error): No two rows have the same original_text.

SELECT
  "every_row"."original_text" AS "original_text",
  COUNT(*) AS "rows_with_it"
FROM "text_repairs" AS "every_row"
GROUP BY
  "every_row"."original_text"
HAVING
  COUNT(*) > 1;

-- original_text_not_null (error): original_text is never null.

SELECT
  "text_repairs"."original_text" AS "original_text",
  "text_repairs"."repaired_text" AS "repaired_text",
  "text_repairs"."repair_method" AS "repair_method",
  "text_repairs"."kind" AS "kind"
FROM "text_repairs" AS "text_repairs"
WHERE
  "text_repairs"."original_text" IS NULL;

-- repair_method_not_null (error): repair_method is never null.

SELECT
  "text_repairs"."original_text" AS "original_text",
  "text_repairs"."repaired_text" AS "repaired_text",
  "text_repairs"."repair_method" AS "repair_method",
  "text_repairs"."kind" AS "kind"
FROM "text_repairs" AS "text_repairs"
WHERE
  "text_repairs"."repair_method" IS NULL;

-- kind_not_null (error): kind is never null.

SELECT
  "text_repairs"."original_text" AS "original_text",
  "text_repairs"."repaired_text" AS "repaired_text",
  "text_repairs"."repair_method" AS "repair_method",
  "text_repairs"."kind" AS "kind"
FROM "text_repairs" AS "text_repairs"
WHERE
  "text_repairs"."kind" IS NULL;

-- text_length_within_limit (error): No text is longer, in bytes, than its column says.

SELECT
  "text_repairs"."original_text" AS "original_text",
  "text_repairs"."repaired_text" AS "repaired_text",
  "text_repairs"."repair_method" AS "repair_method",
  "text_repairs"."kind" AS "kind"
FROM "text_repairs" AS "text_repairs"
WHERE
  OCTET_LENGTH("text_repairs"."original_text") > 1024
  OR OCTET_LENGTH("text_repairs"."repaired_text") > 3072
  OR OCTET_LENGTH("text_repairs"."repair_method") > 1024
  OR OCTET_LENGTH("text_repairs"."kind") > 16;

-- no_unrepairable_names (warning): A name that was decoded wrongly can be repaired with certainty.  One that cannot stays as delivered.

SELECT
  "text_repairs"."original_text" AS "original_text",
  "text_repairs"."repair_method" AS "repair_method"
FROM "text_repairs" AS "text_repairs"
WHERE
  "text_repairs"."kind" = 'broken';
