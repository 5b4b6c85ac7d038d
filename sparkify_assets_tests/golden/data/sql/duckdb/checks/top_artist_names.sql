-- primary_key (error): No two rows have the same artist.

SELECT
  "every_row"."artist" AS "artist",
  COUNT(*) AS "rows_with_it"
FROM "top_artist_names" AS "every_row"
GROUP BY
  "every_row"."artist"
HAVING
  COUNT(*) > 1;

-- artist_not_null (error): artist is never null.

SELECT
  "top_artist_names"."artist" AS "artist",
  "top_artist_names"."plays" AS "plays"
FROM "top_artist_names" AS "top_artist_names"
WHERE
  "top_artist_names"."artist" IS NULL;

-- text_length_within_limit (error): No text is longer, in bytes, than its column says.

SELECT
  "top_artist_names"."artist" AS "artist",
  "top_artist_names"."plays" AS "plays"
FROM "top_artist_names" AS "top_artist_names"
WHERE
  STRLEN("top_artist_names"."artist") > 1024;
