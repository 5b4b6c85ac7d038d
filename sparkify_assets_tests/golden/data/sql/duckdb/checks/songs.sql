-- primary_key (error): No two rows have the same song_id.

SELECT
  "every_row"."song_id" || '' AS "song_id",
  COUNT(*) AS "rows_with_it"
FROM "songs" AS "every_row"
GROUP BY
  "every_row"."song_id" || ''
HAVING
  COUNT(*) > 1;

-- primary_key, of two partitions

SELECT
  "every_row"."song_id" || '' AS "song_id",
  COUNT(*) AS "rows_with_it"
FROM "songs" AS "every_row"
INNER JOIN (
  SELECT DISTINCT
    "song_id" || '' AS "song_id"
  FROM "songs"
  WHERE
    "song_prefix" IN (CAST(? AS TEXT(1)), CAST(? AS TEXT(1)))
) AS "asked"
  ON "every_row"."song_id" = "asked"."song_id"
GROUP BY
  "every_row"."song_id" || ''
HAVING
  COUNT(*) > 1;

-- artist_id_references_artists (error): Every artist_id is found in artists.artist_id.

SELECT
  "here"."song_id" AS "song_id",
  "here"."title" AS "title",
  "here"."artist_id" AS "artist_id",
  "here"."year" AS "year",
  "here"."duration" AS "duration",
  "here"."song_prefix" AS "song_prefix"
FROM "songs" AS "here"
LEFT JOIN "artists" AS "referred"
  ON (
    "here"."artist_id" || ''
  ) = (
    "referred"."artist_id" || ''
  )
WHERE
  NOT "here"."artist_id" IS NULL AND "referred"."artist_id" IS NULL;

-- artist_id_references_artists, of two partitions

SELECT
  "here"."song_id" AS "song_id",
  "here"."title" AS "title",
  "here"."artist_id" AS "artist_id",
  "here"."year" AS "year",
  "here"."duration" AS "duration",
  "here"."song_prefix" AS "song_prefix"
FROM (
  SELECT
    *
  FROM "songs"
  WHERE
    "song_prefix" IN (CAST(? AS TEXT(1)), CAST(? AS TEXT(1)))
) AS "here"
LEFT JOIN "artists" AS "referred"
  ON (
    "here"."artist_id" || ''
  ) = (
    "referred"."artist_id" || ''
  )
WHERE
  NOT "here"."artist_id" IS NULL AND "referred"."artist_id" IS NULL;

-- duration_is_positive (error): A song lasts longer than nothing.

SELECT
  "songs"."song_id" AS "song_id",
  "songs"."title" AS "title",
  "songs"."duration" AS "duration"
FROM "songs" AS "songs"
WHERE
  "songs"."duration" IS NULL OR "songs"."duration" <= 0;

-- duration_is_positive, of two partitions

SELECT
  "songs"."song_id" AS "song_id",
  "songs"."title" AS "title",
  "songs"."duration" AS "duration"
FROM (
  SELECT
    *
  FROM "songs"
  WHERE
    "song_prefix" IN (CAST(? AS TEXT(1)), CAST(? AS TEXT(1)))
) AS "songs"
WHERE
  "songs"."duration" IS NULL OR "songs"."duration" <= 0;
