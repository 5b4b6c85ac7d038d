-- primary_key (error): No two rows have the same artist_id.

SELECT
  "every_row"."artist_id" AS "artist_id",
  COUNT(*) AS "rows_with_it"
FROM "top_artists" AS "every_row"
GROUP BY
  "every_row"."artist_id"
HAVING
  COUNT(*) > 1;

-- artist_id_not_null (error): artist_id is never null.

SELECT
  "top_artists"."artist_id" AS "artist_id",
  "top_artists"."name" AS "name",
  "top_artists"."plays" AS "plays"
FROM "top_artists" AS "top_artists"
WHERE
  "top_artists"."artist_id" IS NULL;

-- name_not_null (error): name is never null.

SELECT
  "top_artists"."artist_id" AS "artist_id",
  "top_artists"."name" AS "name",
  "top_artists"."plays" AS "plays"
FROM "top_artists" AS "top_artists"
WHERE
  "top_artists"."name" IS NULL;

-- text_length_within_limit (error): No text is longer, in bytes, than its column says.

SELECT
  "top_artists"."artist_id" AS "artist_id",
  "top_artists"."name" AS "name",
  "top_artists"."plays" AS "plays"
FROM "top_artists" AS "top_artists"
WHERE
  OCTET_LENGTH("top_artists"."artist_id") > 32 OR OCTET_LENGTH("top_artists"."name") > 1024;
