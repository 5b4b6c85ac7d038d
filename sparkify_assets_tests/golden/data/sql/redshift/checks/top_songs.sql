-- primary_key (error): No two rows have the same song_id.

SELECT
  "every_row"."song_id" AS "song_id",
  COUNT(*) AS "rows_with_it"
FROM "top_songs" AS "every_row"
GROUP BY
  "every_row"."song_id"
HAVING
  COUNT(*) > 1;

-- song_id_not_null (error): song_id is never null.

SELECT
  "top_songs"."song_id" AS "song_id",
  "top_songs"."title" AS "title",
  "top_songs"."artist" AS "artist",
  "top_songs"."plays" AS "plays"
FROM "top_songs" AS "top_songs"
WHERE
  "top_songs"."song_id" IS NULL;

-- title_not_null (error): title is never null.

SELECT
  "top_songs"."song_id" AS "song_id",
  "top_songs"."title" AS "title",
  "top_songs"."artist" AS "artist",
  "top_songs"."plays" AS "plays"
FROM "top_songs" AS "top_songs"
WHERE
  "top_songs"."title" IS NULL;

-- artist_not_null (error): artist is never null.

SELECT
  "top_songs"."song_id" AS "song_id",
  "top_songs"."title" AS "title",
  "top_songs"."artist" AS "artist",
  "top_songs"."plays" AS "plays"
FROM "top_songs" AS "top_songs"
WHERE
  "top_songs"."artist" IS NULL;

-- text_length_within_limit (error): No text is longer, in bytes, than its column says.

SELECT
  "top_songs"."song_id" AS "song_id",
  "top_songs"."title" AS "title",
  "top_songs"."artist" AS "artist",
  "top_songs"."plays" AS "plays"
FROM "top_songs" AS "top_songs"
WHERE
  OCTET_LENGTH("top_songs"."song_id") > 32
  OR OCTET_LENGTH("top_songs"."title") > 1024
  OR OCTET_LENGTH("top_songs"."artist") > 1024;
