-- primary_key (error): No two rows have the same song, artist.

SELECT
  "every_row"."song" || '' AS "song",
  "every_row"."artist" || '' AS "artist",
  COUNT(*) AS "rows_with_it"
FROM "top_song_names" AS "every_row"
GROUP BY
  "every_row"."song" || '',
  "every_row"."artist" || ''
HAVING
  COUNT(*) > 1;
