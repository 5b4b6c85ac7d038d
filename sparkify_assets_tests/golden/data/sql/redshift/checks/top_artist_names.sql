-- primary_key (error): No two rows have the same artist.

SELECT
  "every_row"."artist" || '' AS "artist",
  COUNT(*) AS "rows_with_it"
FROM "top_artist_names" AS "every_row"
GROUP BY
  "every_row"."artist" || ''
HAVING
  COUNT(*) > 1;
