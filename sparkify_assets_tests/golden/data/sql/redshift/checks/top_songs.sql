-- primary_key (error): No two rows have the same song_id.

SELECT
  "every_row"."song_id" || '' AS "song_id",
  COUNT(*) AS "rows_with_it"
FROM "top_songs" AS "every_row"
GROUP BY
  "every_row"."song_id" || ''
HAVING
  COUNT(*) > 1;
