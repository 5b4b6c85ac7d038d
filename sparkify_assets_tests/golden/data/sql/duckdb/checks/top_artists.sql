-- primary_key (error): No two rows have the same artist_id.

SELECT
  "every_row"."artist_id" || '' AS "artist_id",
  COUNT(*) AS "rows_with_it"
FROM "top_artists" AS "every_row"
GROUP BY
  "every_row"."artist_id" || ''
HAVING
  COUNT(*) > 1;
