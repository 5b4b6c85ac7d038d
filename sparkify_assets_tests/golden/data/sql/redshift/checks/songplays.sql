-- primary_key (error): No two rows have the same user_id, session_id, item_in_session, start_time.

SELECT
  "every_row"."user_id" + 0 AS "user_id",
  "every_row"."session_id" + 0 AS "session_id",
  "every_row"."item_in_session" + 0 AS "item_in_session",
  "every_row"."start_time" + INTERVAL '0 SECOND' AS "start_time",
  COUNT(*) AS "rows_with_it"
FROM "songplays" AS "every_row"
GROUP BY
  "every_row"."user_id" + 0,
  "every_row"."session_id" + 0,
  "every_row"."item_in_session" + 0,
  "every_row"."start_time" + INTERVAL '0 SECOND'
HAVING
  COUNT(*) > 1;

-- primary_key, of two partitions

SELECT
  "every_row"."user_id" + 0 AS "user_id",
  "every_row"."session_id" + 0 AS "session_id",
  "every_row"."item_in_session" + 0 AS "item_in_session",
  "every_row"."start_time" + INTERVAL '0 SECOND' AS "start_time",
  COUNT(*) AS "rows_with_it"
FROM "songplays" AS "every_row"
INNER JOIN (
  SELECT DISTINCT
    "user_id" + 0 AS "user_id",
    "session_id" + 0 AS "session_id",
    "item_in_session" + 0 AS "item_in_session",
    "start_time" + INTERVAL '0 SECOND' AS "start_time"
  FROM "songplays"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "asked"
  ON "every_row"."user_id" = "asked"."user_id"
  AND "every_row"."session_id" = "asked"."session_id"
  AND "every_row"."item_in_session" = "asked"."item_in_session"
  AND "every_row"."start_time" = "asked"."start_time"
GROUP BY
  "every_row"."user_id" + 0,
  "every_row"."session_id" + 0,
  "every_row"."item_in_session" + 0,
  "every_row"."start_time" + INTERVAL '0 SECOND'
HAVING
  COUNT(*) > 1;

-- start_time_references_time (error): Every start_time is found in time.start_time.

SELECT
  "here"."songplay_id" AS "songplay_id",
  "here"."start_time" AS "start_time",
  "here"."user_id" AS "user_id",
  "here"."level" AS "level",
  "here"."song_id" AS "song_id",
  "here"."artist_id" AS "artist_id",
  "here"."session_id" AS "session_id",
  "here"."location" AS "location",
  "here"."user_agent" AS "user_agent",
  "here"."song" AS "song",
  "here"."artist" AS "artist",
  "here"."name_quality" AS "name_quality",
  "here"."match_method" AS "match_method",
  "here"."item_in_session" AS "item_in_session",
  "here"."log_date" AS "log_date"
FROM "songplays" AS "here"
LEFT JOIN "time" AS "referred"
  ON (
    "here"."start_time" + INTERVAL '0 SECOND'
  ) = (
    "referred"."start_time" + INTERVAL '0 SECOND'
  )
WHERE
  NOT "here"."start_time" IS NULL AND "referred"."start_time" IS NULL;

-- start_time_references_time, of two partitions

SELECT
  "here"."songplay_id" AS "songplay_id",
  "here"."start_time" AS "start_time",
  "here"."user_id" AS "user_id",
  "here"."level" AS "level",
  "here"."song_id" AS "song_id",
  "here"."artist_id" AS "artist_id",
  "here"."session_id" AS "session_id",
  "here"."location" AS "location",
  "here"."user_agent" AS "user_agent",
  "here"."song" AS "song",
  "here"."artist" AS "artist",
  "here"."name_quality" AS "name_quality",
  "here"."match_method" AS "match_method",
  "here"."item_in_session" AS "item_in_session",
  "here"."log_date" AS "log_date"
FROM (
  SELECT
    *
  FROM "songplays"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "here"
LEFT JOIN "time" AS "referred"
  ON (
    "here"."start_time" + INTERVAL '0 SECOND'
  ) = (
    "referred"."start_time" + INTERVAL '0 SECOND'
  )
WHERE
  NOT "here"."start_time" IS NULL AND "referred"."start_time" IS NULL;

-- user_id_references_users (error): Every user_id is found in users.user_id.

SELECT
  "here"."songplay_id" AS "songplay_id",
  "here"."start_time" AS "start_time",
  "here"."user_id" AS "user_id",
  "here"."level" AS "level",
  "here"."song_id" AS "song_id",
  "here"."artist_id" AS "artist_id",
  "here"."session_id" AS "session_id",
  "here"."location" AS "location",
  "here"."user_agent" AS "user_agent",
  "here"."song" AS "song",
  "here"."artist" AS "artist",
  "here"."name_quality" AS "name_quality",
  "here"."match_method" AS "match_method",
  "here"."item_in_session" AS "item_in_session",
  "here"."log_date" AS "log_date"
FROM "songplays" AS "here"
LEFT JOIN "users" AS "referred"
  ON (
    "here"."user_id" + 0
  ) = (
    "referred"."user_id" + 0
  )
WHERE
  NOT "here"."user_id" IS NULL AND "referred"."user_id" IS NULL;

-- user_id_references_users, of two partitions

SELECT
  "here"."songplay_id" AS "songplay_id",
  "here"."start_time" AS "start_time",
  "here"."user_id" AS "user_id",
  "here"."level" AS "level",
  "here"."song_id" AS "song_id",
  "here"."artist_id" AS "artist_id",
  "here"."session_id" AS "session_id",
  "here"."location" AS "location",
  "here"."user_agent" AS "user_agent",
  "here"."song" AS "song",
  "here"."artist" AS "artist",
  "here"."name_quality" AS "name_quality",
  "here"."match_method" AS "match_method",
  "here"."item_in_session" AS "item_in_session",
  "here"."log_date" AS "log_date"
FROM (
  SELECT
    *
  FROM "songplays"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "here"
LEFT JOIN "users" AS "referred"
  ON (
    "here"."user_id" + 0
  ) = (
    "referred"."user_id" + 0
  )
WHERE
  NOT "here"."user_id" IS NULL AND "referred"."user_id" IS NULL;

-- song_id_references_songs (error): Every song_id is found in songs.song_id.

SELECT
  "here"."songplay_id" AS "songplay_id",
  "here"."start_time" AS "start_time",
  "here"."user_id" AS "user_id",
  "here"."level" AS "level",
  "here"."song_id" AS "song_id",
  "here"."artist_id" AS "artist_id",
  "here"."session_id" AS "session_id",
  "here"."location" AS "location",
  "here"."user_agent" AS "user_agent",
  "here"."song" AS "song",
  "here"."artist" AS "artist",
  "here"."name_quality" AS "name_quality",
  "here"."match_method" AS "match_method",
  "here"."item_in_session" AS "item_in_session",
  "here"."log_date" AS "log_date"
FROM "songplays" AS "here"
LEFT JOIN "songs" AS "referred"
  ON (
    "here"."song_id" || ''
  ) = (
    "referred"."song_id" || ''
  )
WHERE
  NOT "here"."song_id" IS NULL AND "referred"."song_id" IS NULL;

-- song_id_references_songs, of two partitions

SELECT
  "here"."songplay_id" AS "songplay_id",
  "here"."start_time" AS "start_time",
  "here"."user_id" AS "user_id",
  "here"."level" AS "level",
  "here"."song_id" AS "song_id",
  "here"."artist_id" AS "artist_id",
  "here"."session_id" AS "session_id",
  "here"."location" AS "location",
  "here"."user_agent" AS "user_agent",
  "here"."song" AS "song",
  "here"."artist" AS "artist",
  "here"."name_quality" AS "name_quality",
  "here"."match_method" AS "match_method",
  "here"."item_in_session" AS "item_in_session",
  "here"."log_date" AS "log_date"
FROM (
  SELECT
    *
  FROM "songplays"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "here"
LEFT JOIN "songs" AS "referred"
  ON (
    "here"."song_id" || ''
  ) = (
    "referred"."song_id" || ''
  )
WHERE
  NOT "here"."song_id" IS NULL AND "referred"."song_id" IS NULL;

-- artist_id_references_artists (error): Every artist_id is found in artists.artist_id.

SELECT
  "here"."songplay_id" AS "songplay_id",
  "here"."start_time" AS "start_time",
  "here"."user_id" AS "user_id",
  "here"."level" AS "level",
  "here"."song_id" AS "song_id",
  "here"."artist_id" AS "artist_id",
  "here"."session_id" AS "session_id",
  "here"."location" AS "location",
  "here"."user_agent" AS "user_agent",
  "here"."song" AS "song",
  "here"."artist" AS "artist",
  "here"."name_quality" AS "name_quality",
  "here"."match_method" AS "match_method",
  "here"."item_in_session" AS "item_in_session",
  "here"."log_date" AS "log_date"
FROM "songplays" AS "here"
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
  "here"."songplay_id" AS "songplay_id",
  "here"."start_time" AS "start_time",
  "here"."user_id" AS "user_id",
  "here"."level" AS "level",
  "here"."song_id" AS "song_id",
  "here"."artist_id" AS "artist_id",
  "here"."session_id" AS "session_id",
  "here"."location" AS "location",
  "here"."user_agent" AS "user_agent",
  "here"."song" AS "song",
  "here"."artist" AS "artist",
  "here"."name_quality" AS "name_quality",
  "here"."match_method" AS "match_method",
  "here"."item_in_session" AS "item_in_session",
  "here"."log_date" AS "log_date"
FROM (
  SELECT
    *
  FROM "songplays"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "here"
LEFT JOIN "artists" AS "referred"
  ON (
    "here"."artist_id" || ''
  ) = (
    "referred"."artist_id" || ''
  )
WHERE
  NOT "here"."artist_id" IS NULL AND "referred"."artist_id" IS NULL;

-- one_user_per_event (warning): An event is one user's.  Two users that share session, item and millisecond are two plays here; one of them may be the other's, delivered under a wrong user.

SELECT
  "here"."session_id" AS "session_id",
  "here"."item_in_session" AS "item_in_session",
  "here"."start_time" AS "start_time",
  "here"."user_id" AS "user_id",
  "anywhere"."user_id" AS "other_user_id"
FROM "songplays" AS "here"
INNER JOIN "songplays" AS "anywhere"
  ON "here"."session_id" = "anywhere"."session_id"
  AND "here"."item_in_session" = "anywhere"."item_in_session"
  AND "here"."start_time" = "anywhere"."start_time"
WHERE
  "here"."user_id" <> "anywhere"."user_id";

-- one_user_per_event, of two partitions

SELECT
  "here"."session_id" AS "session_id",
  "here"."item_in_session" AS "item_in_session",
  "here"."start_time" AS "start_time",
  "here"."user_id" AS "user_id",
  "anywhere"."user_id" AS "other_user_id"
FROM (
  SELECT
    *
  FROM "songplays"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "here"
INNER JOIN "songplays" AS "anywhere"
  ON "here"."session_id" = "anywhere"."session_id"
  AND "here"."item_in_session" = "anywhere"."item_in_session"
  AND "here"."start_time" = "anywhere"."start_time"
WHERE
  "here"."user_id" <> "anywhere"."user_id";

-- song_and_artist_together (error): A matched play has both a song and its artist; an unmatched one has neither.

SELECT
  "songplays"."songplay_id" AS "songplay_id",
  "songplays"."song_id" AS "song_id",
  "songplays"."artist_id" AS "artist_id"
FROM "songplays" AS "songplays"
WHERE
  (
    "songplays"."song_id" IS NULL AND NOT "songplays"."artist_id" IS NULL
  )
  OR (
    NOT "songplays"."song_id" IS NULL AND "songplays"."artist_id" IS NULL
  );

-- song_and_artist_together, of two partitions

SELECT
  "songplays"."songplay_id" AS "songplay_id",
  "songplays"."song_id" AS "song_id",
  "songplays"."artist_id" AS "artist_id"
FROM (
  SELECT
    *
  FROM "songplays"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "songplays"
WHERE
  (
    "songplays"."song_id" IS NULL AND NOT "songplays"."artist_id" IS NULL
  )
  OR (
    NOT "songplays"."song_id" IS NULL AND "songplays"."artist_id" IS NULL
  );

-- songplays_reconcile_with_page_views (error): Every page view NextSong with a user is a play, and every play is such a page view of the same day's file.

SELECT
  CAST('a page view that is no play' AS VARCHAR(32)) AS "what",
  "v"."user_id" AS "user_id",
  "v"."session_id" AS "session_id",
  "v"."item_in_session" AS "item_in_session",
  "v"."event_time" AS "start_time",
  "v"."log_date" AS "log_date"
FROM "page_views" AS "v"
LEFT JOIN "songplays" AS "p"
  ON "v"."user_id" = "p"."user_id"
  AND "v"."session_id" = "p"."session_id"
  AND "v"."item_in_session" = "p"."item_in_session"
  AND "v"."event_time" = "p"."start_time"
  AND "v"."log_date" = "p"."log_date"
WHERE
  RTRIM("v"."page") = 'NextSong' AND NOT "v"."user_id" IS NULL AND "p"."user_id" IS NULL
UNION ALL
SELECT
  CAST('a play that is no page view' AS VARCHAR(32)) AS "what",
  "p"."user_id" AS "user_id",
  "p"."session_id" AS "session_id",
  "p"."item_in_session" AS "item_in_session",
  "p"."start_time" AS "start_time",
  "p"."log_date" AS "log_date"
FROM "songplays" AS "p"
LEFT JOIN "page_views" AS "of_play"
  ON "p"."user_id" = "of_play"."user_id"
  AND "p"."session_id" = "of_play"."session_id"
  AND "p"."item_in_session" = "of_play"."item_in_session"
  AND "p"."start_time" = "of_play"."event_time"
  AND "p"."log_date" = "of_play"."log_date"
  AND RTRIM("of_play"."page") = 'NextSong'
WHERE
  "of_play"."session_id" IS NULL;

-- songplays_reconcile_with_page_views, of two partitions

SELECT
  CAST('a page view that is no play' AS VARCHAR(32)) AS "what",
  "v"."user_id" AS "user_id",
  "v"."session_id" AS "session_id",
  "v"."item_in_session" AS "item_in_session",
  "v"."event_time" AS "start_time",
  "v"."log_date" AS "log_date"
FROM (
  SELECT
    *
  FROM "page_views"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "v"
LEFT JOIN (
  SELECT
    *
  FROM "songplays"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "p"
  ON "v"."user_id" = "p"."user_id"
  AND "v"."session_id" = "p"."session_id"
  AND "v"."item_in_session" = "p"."item_in_session"
  AND "v"."event_time" = "p"."start_time"
  AND "v"."log_date" = "p"."log_date"
WHERE
  RTRIM("v"."page") = 'NextSong' AND NOT "v"."user_id" IS NULL AND "p"."user_id" IS NULL
UNION ALL
SELECT
  CAST('a play that is no page view' AS VARCHAR(32)) AS "what",
  "p"."user_id" AS "user_id",
  "p"."session_id" AS "session_id",
  "p"."item_in_session" AS "item_in_session",
  "p"."start_time" AS "start_time",
  "p"."log_date" AS "log_date"
FROM (
  SELECT
    *
  FROM "songplays"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "p"
LEFT JOIN (
  SELECT
    *
  FROM "page_views"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "of_play"
  ON "p"."user_id" = "of_play"."user_id"
  AND "p"."session_id" = "of_play"."session_id"
  AND "p"."item_in_session" = "of_play"."item_in_session"
  AND "p"."start_time" = "of_play"."event_time"
  AND "p"."log_date" = "of_play"."log_date"
  AND RTRIM("of_play"."page") = 'NextSong'
WHERE
  "of_play"."session_id" IS NULL;
