-- primary_key (error): No two rows have the same song, artist.

SELECT
  "every_row"."song" AS "song",
  "every_row"."artist" AS "artist",
  COUNT(*) AS "rows_with_it"
FROM "top_song_names" AS "every_row"
GROUP BY
  "every_row"."song",
  "every_row"."artist"
HAVING
  COUNT(*) > 1;

-- song_not_null (error): song is never null.

SELECT
  "top_song_names"."song" AS "song",
  "top_song_names"."artist" AS "artist",
  "top_song_names"."plays" AS "plays"
FROM "top_song_names" AS "top_song_names"
WHERE
  "top_song_names"."song" IS NULL;

-- artist_not_null (error): artist is never null.

SELECT
  "top_song_names"."song" AS "song",
  "top_song_names"."artist" AS "artist",
  "top_song_names"."plays" AS "plays"
FROM "top_song_names" AS "top_song_names"
WHERE
  "top_song_names"."artist" IS NULL;

-- text_length_within_limit (error): No text is longer, in bytes, than its column says.

SELECT
  "top_song_names"."song" AS "song",
  "top_song_names"."artist" AS "artist",
  "top_song_names"."plays" AS "plays"
FROM "top_song_names" AS "top_song_names"
WHERE
  OCTET_LENGTH("top_song_names"."song") > 1024 OR OCTET_LENGTH("top_song_names"."artist") > 1024;
