-- primary_key (error): No two rows have the same location.

SELECT
  "every_row"."location" AS "location",
  COUNT(*) AS "rows_with_it"
FROM "plays_by_location" AS "every_row"
GROUP BY
  "every_row"."location"
HAVING
  COUNT(*) > 1;

-- location_not_null (error): location is never null.

SELECT
  "plays_by_location"."location" AS "location",
  "plays_by_location"."plays" AS "plays",
  "plays_by_location"."users" AS "users"
FROM "plays_by_location" AS "plays_by_location"
WHERE
  "plays_by_location"."location" IS NULL;

-- text_length_within_limit (error): No text is longer, in bytes, than its column says.

SELECT
  "plays_by_location"."location" AS "location",
  "plays_by_location"."plays" AS "plays",
  "plays_by_location"."users" AS "users"
FROM "plays_by_location" AS "plays_by_location"
WHERE
  OCTET_LENGTH("plays_by_location"."location") > 512;
