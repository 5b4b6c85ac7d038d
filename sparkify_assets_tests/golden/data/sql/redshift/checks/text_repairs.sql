-- primary_key (error): No two rows have the same broken.

SELECT
  "every_row"."broken" AS "broken",
  COUNT(*) AS "rows_with_it"
FROM "text_repairs" AS "every_row"
GROUP BY
  "every_row"."broken"
HAVING
  COUNT(*) > 1;

-- broken_not_null (error): broken is never null.

SELECT
  "text_repairs"."broken" AS "broken",
  "text_repairs"."repaired" AS "repaired",
  "text_repairs"."how" AS "how",
  "text_repairs"."kind" AS "kind"
FROM "text_repairs" AS "text_repairs"
WHERE
  "text_repairs"."broken" IS NULL;

-- how_not_null (error): how is never null.

SELECT
  "text_repairs"."broken" AS "broken",
  "text_repairs"."repaired" AS "repaired",
  "text_repairs"."how" AS "how",
  "text_repairs"."kind" AS "kind"
FROM "text_repairs" AS "text_repairs"
WHERE
  "text_repairs"."how" IS NULL;

-- kind_not_null (error): kind is never null.

SELECT
  "text_repairs"."broken" AS "broken",
  "text_repairs"."repaired" AS "repaired",
  "text_repairs"."how" AS "how",
  "text_repairs"."kind" AS "kind"
FROM "text_repairs" AS "text_repairs"
WHERE
  "text_repairs"."kind" IS NULL;

-- text_fits (error): No text is longer, in bytes, than its column says.

SELECT
  "text_repairs"."broken" AS "broken",
  "text_repairs"."repaired" AS "repaired",
  "text_repairs"."how" AS "how",
  "text_repairs"."kind" AS "kind"
FROM "text_repairs" AS "text_repairs"
WHERE
  OCTET_LENGTH("text_repairs"."broken") > 1024
  OR OCTET_LENGTH("text_repairs"."repaired") > 3072
  OR OCTET_LENGTH("text_repairs"."how") > 1024
  OR OCTET_LENGTH("text_repairs"."kind") > 16;

-- repair_is_certain (warning): A name that was decoded wrongly can be repaired with certainty.  One that cannot stays as delivered.

SELECT
  "text_repairs"."broken" AS "broken",
  "text_repairs"."how" AS "how"
FROM "text_repairs" AS "text_repairs"
WHERE
  "text_repairs"."kind" = 'broken';
