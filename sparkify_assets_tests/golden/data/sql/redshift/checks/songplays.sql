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

-- no_conflicting_duplicates (warning): An event delivered twice should be the same twice.  Where it is not, the rule in transform.sql has chosen; this names the event.

WITH "repeated" AS (
  SELECT
    "e"."user_id" AS "user_id",
    "e"."session_id" AS "session_id",
    "e"."item_in_session" AS "item_in_session",
    "e"."ts" AS "ts"
  FROM "songplays" AS "p"
  INNER JOIN "staging_events" AS "e"
    ON "p"."user_id" = "e"."user_id"
    AND "p"."session_id" = "e"."session_id"
    AND "p"."item_in_session" = "e"."item_in_session"
    AND "p"."start_time" = CAST('epoch' AS TIMESTAMP) + "e"."ts" * INTERVAL '0.001 SECOND'
  WHERE
    RTRIM("e"."page") = 'NextSong'
  GROUP BY
    "e"."user_id",
    "e"."session_id",
    "e"."item_in_session",
    "e"."ts"
  HAVING
    COUNT(*) > 1
)
SELECT
  "r"."user_id" AS "user_id",
  "r"."session_id" AS "session_id",
  "r"."item_in_session" AS "item_in_session",
  "r"."ts" AS "ts",
  COUNT(*) AS "deliveries"
FROM "repeated" AS "r"
INNER JOIN "staging_events" AS "e"
  ON "r"."user_id" = "e"."user_id"
  AND "r"."session_id" = "e"."session_id"
  AND "r"."item_in_session" = "e"."item_in_session"
  AND "r"."ts" = "e"."ts"
WHERE
  RTRIM("e"."page") = 'NextSong'
GROUP BY
  "r"."user_id",
  "r"."session_id",
  "r"."item_in_session",
  "r"."ts"
HAVING
  MIN(COALESCE(RTRIM("e"."level"), '')) <> MAX(COALESCE(RTRIM("e"."level"), ''))
  OR MIN(COALESCE(RTRIM("e"."song"), '')) <> MAX(COALESCE(RTRIM("e"."song"), ''))
  OR MIN(COALESCE(RTRIM("e"."artist"), '')) <> MAX(COALESCE(RTRIM("e"."artist"), ''))
  OR MIN(COALESCE("e"."length", -1)) <> MAX(COALESCE("e"."length", -1))
  OR MIN(COALESCE(RTRIM("e"."location"), '')) <> MAX(COALESCE(RTRIM("e"."location"), ''))
  OR MIN(COALESCE(RTRIM("e"."user_agent"), '')) <> MAX(COALESCE(RTRIM("e"."user_agent"), ''));

-- no_conflicting_duplicates, of two partitions

WITH "repeated" AS (
  SELECT
    "e"."user_id" AS "user_id",
    "e"."session_id" AS "session_id",
    "e"."item_in_session" AS "item_in_session",
    "e"."ts" AS "ts"
  FROM (
    SELECT
      *
    FROM "songplays"
    WHERE
      "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
  ) AS "p"
  INNER JOIN "staging_events" AS "e"
    ON "p"."user_id" = "e"."user_id"
    AND "p"."session_id" = "e"."session_id"
    AND "p"."item_in_session" = "e"."item_in_session"
    AND "p"."start_time" = CAST('epoch' AS TIMESTAMP) + "e"."ts" * INTERVAL '0.001 SECOND'
  WHERE
    RTRIM("e"."page") = 'NextSong'
  GROUP BY
    "e"."user_id",
    "e"."session_id",
    "e"."item_in_session",
    "e"."ts"
  HAVING
    COUNT(*) > 1
)
SELECT
  "r"."user_id" AS "user_id",
  "r"."session_id" AS "session_id",
  "r"."item_in_session" AS "item_in_session",
  "r"."ts" AS "ts",
  COUNT(*) AS "deliveries"
FROM "repeated" AS "r"
INNER JOIN "staging_events" AS "e"
  ON "r"."user_id" = "e"."user_id"
  AND "r"."session_id" = "e"."session_id"
  AND "r"."item_in_session" = "e"."item_in_session"
  AND "r"."ts" = "e"."ts"
WHERE
  RTRIM("e"."page") = 'NextSong'
GROUP BY
  "r"."user_id",
  "r"."session_id",
  "r"."item_in_session",
  "r"."ts"
HAVING
  MIN(COALESCE(RTRIM("e"."level"), '')) <> MAX(COALESCE(RTRIM("e"."level"), ''))
  OR MIN(COALESCE(RTRIM("e"."song"), '')) <> MAX(COALESCE(RTRIM("e"."song"), ''))
  OR MIN(COALESCE(RTRIM("e"."artist"), '')) <> MAX(COALESCE(RTRIM("e"."artist"), ''))
  OR MIN(COALESCE("e"."length", -1)) <> MAX(COALESCE("e"."length", -1))
  OR MIN(COALESCE(RTRIM("e"."location"), '')) <> MAX(COALESCE(RTRIM("e"."location"), ''))
  OR MIN(COALESCE(RTRIM("e"."user_agent"), '')) <> MAX(COALESCE(RTRIM("e"."user_agent"), ''));

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

-- songplay_id_is_unique (error): No two plays have the same songplay_id.  It is a hash of 60 bits: none is expected to meet another at 100 million plays, some 40 at 10 billion.  Where two meet, nothing is lost, as nothing is found by it; join by the natural key instead.

SELECT
  "here"."songplay_id" AS "songplay_id",
  "here"."user_id" AS "user_id",
  "here"."session_id" AS "session_id",
  "here"."item_in_session" AS "item_in_session",
  "here"."start_time" AS "start_time"
FROM "songplays" AS "here"
INNER JOIN "songplays" AS "anywhere"
  ON "here"."songplay_id" = "anywhere"."songplay_id"
WHERE
  "here"."user_id" <> "anywhere"."user_id"
  OR "here"."session_id" <> "anywhere"."session_id"
  OR "here"."item_in_session" <> "anywhere"."item_in_session"
  OR "here"."start_time" <> "anywhere"."start_time";

-- songplay_id_is_unique, of two partitions

SELECT
  "here"."songplay_id" AS "songplay_id",
  "here"."user_id" AS "user_id",
  "here"."session_id" AS "session_id",
  "here"."item_in_session" AS "item_in_session",
  "here"."start_time" AS "start_time"
FROM (
  SELECT
    *
  FROM "songplays"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "here"
INNER JOIN "songplays" AS "anywhere"
  ON "here"."songplay_id" = "anywhere"."songplay_id"
WHERE
  "here"."user_id" <> "anywhere"."user_id"
  OR "here"."session_id" <> "anywhere"."session_id"
  OR "here"."item_in_session" <> "anywhere"."item_in_session"
  OR "here"."start_time" <> "anywhere"."start_time";

-- songplays_reconcile_with_events (error): Every NextSong event with a user is a play, however often it was delivered, and every play is such an event of its day's file.

SELECT
  CAST('an event that is no play' AS VARCHAR(32)) AS "what",
  "delivered"."user_id" AS "user_id",
  "delivered"."session_id" AS "session_id",
  "delivered"."item_in_session" AS "item_in_session",
  CAST('epoch' AS TIMESTAMP) + "delivered"."ts" * INTERVAL '0.001 SECOND' AS "start_time",
  "delivered"."log_date" AS "log_date"
FROM "staging_events" AS "delivered"
LEFT JOIN "songplays" AS "anywhere"
  ON "delivered"."user_id" = "anywhere"."user_id"
  AND "delivered"."session_id" = "anywhere"."session_id"
  AND "delivered"."item_in_session" = "anywhere"."item_in_session"
  AND CAST('epoch' AS TIMESTAMP) + "delivered"."ts" * INTERVAL '0.001 SECOND' = "anywhere"."start_time"
WHERE
  RTRIM("delivered"."page") = 'NextSong' AND NOT "delivered"."user_id" IS NULL AND "anywhere"."user_id" IS NULL
UNION ALL
SELECT
  CAST('a play that is no event' AS VARCHAR(32)) AS "what",
  "p"."user_id" AS "user_id",
  "p"."session_id" AS "session_id",
  "p"."item_in_session" AS "item_in_session",
  "p"."start_time" AS "start_time",
  "p"."log_date" AS "log_date"
FROM "songplays" AS "p"
LEFT JOIN "staging_events" AS "e"
  ON "p"."log_date" = "e"."log_date"
  AND "p"."user_id" = "e"."user_id"
  AND "p"."session_id" = "e"."session_id"
  AND "p"."item_in_session" = "e"."item_in_session"
  AND "p"."start_time" = CAST('epoch' AS TIMESTAMP) + "e"."ts" * INTERVAL '0.001 SECOND'
  AND RTRIM("e"."page") = 'NextSong'
WHERE
  "e"."user_id" IS NULL;

-- songplays_reconcile_with_events, of two partitions

SELECT
  CAST('an event that is no play' AS VARCHAR(32)) AS "what",
  "delivered"."user_id" AS "user_id",
  "delivered"."session_id" AS "session_id",
  "delivered"."item_in_session" AS "item_in_session",
  CAST('epoch' AS TIMESTAMP) + "delivered"."ts" * INTERVAL '0.001 SECOND' AS "start_time",
  "delivered"."log_date" AS "log_date"
FROM (
  SELECT
    *
  FROM "staging_events"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "delivered"
LEFT JOIN "songplays" AS "anywhere"
  ON "delivered"."user_id" = "anywhere"."user_id"
  AND "delivered"."session_id" = "anywhere"."session_id"
  AND "delivered"."item_in_session" = "anywhere"."item_in_session"
  AND CAST('epoch' AS TIMESTAMP) + "delivered"."ts" * INTERVAL '0.001 SECOND' = "anywhere"."start_time"
WHERE
  RTRIM("delivered"."page") = 'NextSong' AND NOT "delivered"."user_id" IS NULL AND "anywhere"."user_id" IS NULL
UNION ALL
SELECT
  CAST('a play that is no event' AS VARCHAR(32)) AS "what",
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
LEFT JOIN "staging_events" AS "e"
  ON "p"."log_date" = "e"."log_date"
  AND "p"."user_id" = "e"."user_id"
  AND "p"."session_id" = "e"."session_id"
  AND "p"."item_in_session" = "e"."item_in_session"
  AND "p"."start_time" = CAST('epoch' AS TIMESTAMP) + "e"."ts" * INTERVAL '0.001 SECOND'
  AND RTRIM("e"."page") = 'NextSong'
WHERE
  "e"."user_id" IS NULL;
