-- primary_key (error): No two rows have the same day.

SELECT
  "every_row"."day" AS "day",
  COUNT(*) AS "rows_with_it"
FROM "plays_matched_by_day" AS "every_row"
GROUP BY
  "every_row"."day"
HAVING
  COUNT(*) > 1;

-- day_not_null (error): day is never null.

SELECT
  "plays_matched_by_day"."day" AS "day",
  "plays_matched_by_day"."plays" AS "plays",
  "plays_matched_by_day"."matched" AS "matched",
  "plays_matched_by_day"."matched_as_delivered" AS "matched_as_delivered",
  "plays_matched_by_day"."names_repaired" AS "names_repaired",
  "plays_matched_by_day"."names_broken" AS "names_broken",
  "plays_matched_by_day"."share_matched" AS "share_matched"
FROM "plays_matched_by_day" AS "plays_matched_by_day"
WHERE
  "plays_matched_by_day"."day" IS NULL;
