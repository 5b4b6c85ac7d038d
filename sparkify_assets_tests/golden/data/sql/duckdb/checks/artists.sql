-- primary_key (error): No two rows have the same artist_id.

SELECT
  "every_row"."artist_id" || '' AS "artist_id",
  COUNT(*) AS "rows_with_it"
FROM "artists" AS "every_row"
GROUP BY
  "every_row"."artist_id" || ''
HAVING
  COUNT(*) > 1;

-- primary_key, of two partitions

SELECT
  "every_row"."artist_id" || '' AS "artist_id",
  COUNT(*) AS "rows_with_it"
FROM "artists" AS "every_row"
INNER JOIN (
  SELECT DISTINCT
    "artist_id" || '' AS "artist_id"
  FROM "artists"
  WHERE
    "song_prefix" IN (CAST(? AS TEXT(1)), CAST(? AS TEXT(1)))
) AS "asked"
  ON "every_row"."artist_id" = "asked"."artist_id"
GROUP BY
  "every_row"."artist_id" || ''
HAVING
  COUNT(*) > 1;
