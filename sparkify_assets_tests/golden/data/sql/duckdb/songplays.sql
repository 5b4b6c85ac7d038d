-- made

CREATE TABLE "songplays" (
  "songplay_id" BIGINT NOT NULL,
  "start_time" TIMESTAMP NOT NULL,
  "user_id" INT NOT NULL,
  "level" TEXT(16) CHECK (STRLEN("level") <= 16),
  "song_id" TEXT(32) CHECK (STRLEN("song_id") <= 32),
  "artist_id" TEXT(32) CHECK (STRLEN("artist_id") <= 32),
  "session_id" INT NOT NULL,
  "location" TEXT(512) CHECK (STRLEN("location") <= 512),
  "user_agent" TEXT(1024) CHECK (STRLEN("user_agent") <= 1024),
  "song" TEXT(1024) CHECK (STRLEN("song") <= 1024),
  "artist" TEXT(1024) CHECK (STRLEN("artist") <= 1024),
  "name_quality" TEXT(16) CHECK (STRLEN("name_quality") <= 16),
  "match_method" TEXT(16) CHECK (STRLEN("match_method") <= 16),
  "item_in_session" INT NOT NULL,
  "log_date" DATE NOT NULL
);
COMMENT ON TABLE "songplays" IS 'One row a song played by a user, however often the event was delivered.';
COMMENT ON COLUMN "songplays"."songplay_id" IS 'A number for the play: 60 bits of the MD5 of its natural key (user, session, item in session, time), so the same at every reload and on every engine. No PRIMARY KEY, which the planner would trust; the check page_view_id_is_unique tells two plays that share one.';
COMMENT ON COLUMN "songplays"."start_time" IS 'When the play began, UTC, to the millisecond.';
COMMENT ON COLUMN "songplays"."user_id" IS 'Who played it.';
COMMENT ON COLUMN "songplays"."level" IS 'Subscription at the time: free or paid.';
COMMENT ON COLUMN "songplays"."song_id" IS 'The song of that title and artist name nearest in length, then of the smallest song_id; null where the catalogue has none, or a name is blank.';
COMMENT ON COLUMN "songplays"."artist_id" IS 'Artist of the matched song; null where the catalogue has none.';
COMMENT ON COLUMN "songplays"."session_id" IS 'Session of the app.';
COMMENT ON COLUMN "songplays"."location" IS 'Place of the user at the time.';
COMMENT ON COLUMN "songplays"."user_agent" IS 'Browser, as it calls itself.';
COMMENT ON COLUMN "songplays"."song" IS 'Audit: title as the app sent it, repaired where that can be done with certainty (text_repairs).';
COMMENT ON COLUMN "songplays"."artist" IS 'Audit: artist as the app sent it, repaired likewise.';
COMMENT ON COLUMN "songplays"."name_quality" IS 'Audit: repaired where one of the two names was; broken where one looks so and cannot be repaired; else delivered.';
COMMENT ON COLUMN "songplays"."match_method" IS 'Audit: by which the song was found: delivered names, repaired names, or normalized names (the same letters, composed otherwise in Unicode); null where the catalogue has none.';
COMMENT ON COLUMN "songplays"."item_in_session" IS 'Audit: number of the event in its session, as the app counts.';
COMMENT ON COLUMN "songplays"."log_date" IS 'Audit: the day whose file holds the event as it is told here.';

-- rebuilt

SELECT
  "log_date",
  COUNT(*)
FROM "songplays"
GROUP BY
  "log_date";

DELETE FROM "songplays";

INSERT INTO "songplays" (
  "songplay_id",
  "start_time",
  "user_id",
  "level",
  "song_id",
  "artist_id",
  "session_id",
  "location",
  "user_agent",
  "song",
  "artist",
  "name_quality",
  "match_method",
  "item_in_session",
  "log_date"
)
WITH "sparkify_temporary_keys_of_several_rows" AS (
  SELECT
    "e"."user_id" AS "key_0",
    "e"."session_id" AS "key_1",
    "e"."item_in_session" AS "key_2",
    "e"."event_time" AS "key_3",
    MIN(COALESCE(ABS("e"."length" - "s"."duration"), 1000000000)) AS "best"
  FROM "page_views" AS "e"
  LEFT JOIN "text_repairs" AS "er"
    ON RTRIM("e"."song", ' ') = "er"."original_text"
  LEFT JOIN "text_repairs" AS "ea"
    ON RTRIM("e"."artist", ' ') = "ea"."original_text"
  LEFT JOIN (
    SELECT
      RTRIM("c"."song_id", ' ') AS "song_id",
      RTRIM("c"."artist_id", ' ') AS "artist_id",
      "c"."duration" AS "duration",
      RTRIM("c"."title", ' ') AS "title",
      RTRIM("c"."artist_name", ' ') AS "artist",
      "cr"."kind" AS "title_kind",
      "ca"."kind" AS "artist_kind",
      NULLIF(COALESCE("cr"."repaired_text", RTRIM("c"."title", ' ')), '') AS "whole_title",
      NULLIF(COALESCE("ca"."repaired_text", RTRIM("c"."artist_name", ' ')), '') AS "whole_artist"
    FROM "staging_songs" AS "c"
    LEFT JOIN "text_repairs" AS "cr"
      ON RTRIM("c"."title", ' ') = "cr"."original_text"
    LEFT JOIN "text_repairs" AS "ca"
      ON RTRIM("c"."artist_name", ' ') = "ca"."original_text"
  ) AS "s"
    ON COALESCE("er"."repaired_text", RTRIM("e"."song", ' ')) = "s"."whole_title"
    AND COALESCE("ea"."repaired_text", RTRIM("e"."artist", ' ')) = "s"."whole_artist"
  WHERE
    RTRIM("e"."page", ' ') = 'NextSong' AND NOT "e"."user_id" IS NULL
  GROUP BY
    "e"."user_id",
    "e"."session_id",
    "e"."item_in_session",
    "e"."event_time"
  HAVING
    COUNT(*) > 1
)
SELECT
  "e"."page_view_id" AS "songplay_id",
  "e"."event_time" AS "start_time",
  "e"."user_id" AS "user_id",
  "e"."level" AS "level",
  "s"."song_id" AS "song_id",
  "s"."artist_id" AS "artist_id",
  "e"."session_id" AS "session_id",
  "e"."location" AS "location",
  "e"."user_agent" AS "user_agent",
  CASE WHEN "er"."kind" = 'repaired' THEN "er"."repaired_text" ELSE "e"."song" END AS "song",
  CASE WHEN "ea"."kind" = 'repaired' THEN "ea"."repaired_text" ELSE "e"."artist" END AS "artist",
  CASE
    WHEN 'repaired' IN ("er"."kind", "ea"."kind")
    THEN 'repaired'
    WHEN 'broken' IN ("er"."kind", "ea"."kind")
    THEN 'broken'
    ELSE 'delivered'
  END AS "name_quality",
  CASE
    WHEN "s"."song_id" IS NULL
    THEN NULL
    WHEN RTRIM("e"."song", ' ') = "s"."title" AND RTRIM("e"."artist", ' ') = "s"."artist"
    THEN 'delivered names'
    WHEN 'repaired' IN ("er"."kind", "ea"."kind", "s"."title_kind", "s"."artist_kind")
    THEN 'repaired names'
    ELSE 'normalized names'
  END AS "match_method",
  "e"."item_in_session" AS "item_in_session",
  "e"."log_date" AS "log_date"
FROM "page_views" AS "e"
LEFT JOIN "text_repairs" AS "er"
  ON RTRIM("e"."song", ' ') = "er"."original_text"
LEFT JOIN "text_repairs" AS "ea"
  ON RTRIM("e"."artist", ' ') = "ea"."original_text"
LEFT JOIN (
  SELECT
    RTRIM("c"."song_id", ' ') AS "song_id",
    RTRIM("c"."artist_id", ' ') AS "artist_id",
    "c"."duration" AS "duration",
    RTRIM("c"."title", ' ') AS "title",
    RTRIM("c"."artist_name", ' ') AS "artist",
    "cr"."kind" AS "title_kind",
    "ca"."kind" AS "artist_kind",
    NULLIF(COALESCE("cr"."repaired_text", RTRIM("c"."title", ' ')), '') AS "whole_title",
    NULLIF(COALESCE("ca"."repaired_text", RTRIM("c"."artist_name", ' ')), '') AS "whole_artist"
  FROM "staging_songs" AS "c"
  LEFT JOIN "text_repairs" AS "cr"
    ON RTRIM("c"."title", ' ') = "cr"."original_text"
  LEFT JOIN "text_repairs" AS "ca"
    ON RTRIM("c"."artist_name", ' ') = "ca"."original_text"
) AS "s"
  ON COALESCE("er"."repaired_text", RTRIM("e"."song", ' ')) = "s"."whole_title"
  AND COALESCE("ea"."repaired_text", RTRIM("e"."artist", ' ')) = "s"."whole_artist"
WHERE
  (
    RTRIM("e"."page", ' ') = 'NextSong' AND NOT "e"."user_id" IS NULL
  )
  AND NOT EXISTS(
    SELECT
      1
    FROM "sparkify_temporary_keys_of_several_rows"
    WHERE
      "e"."user_id" IS NOT DISTINCT FROM "sparkify_temporary_keys_of_several_rows"."key_0"
      AND "e"."session_id" IS NOT DISTINCT FROM "sparkify_temporary_keys_of_several_rows"."key_1"
      AND "e"."item_in_session" IS NOT DISTINCT FROM "sparkify_temporary_keys_of_several_rows"."key_2"
      AND "e"."event_time" IS NOT DISTINCT FROM "sparkify_temporary_keys_of_several_rows"."key_3"
  )
UNION ALL
SELECT
  "e"."page_view_id" AS "songplay_id",
  "e"."event_time" AS "start_time",
  "e"."user_id" AS "user_id",
  "e"."level" AS "level",
  "s"."song_id" AS "song_id",
  "s"."artist_id" AS "artist_id",
  "e"."session_id" AS "session_id",
  "e"."location" AS "location",
  "e"."user_agent" AS "user_agent",
  CASE WHEN "er"."kind" = 'repaired' THEN "er"."repaired_text" ELSE "e"."song" END AS "song",
  CASE WHEN "ea"."kind" = 'repaired' THEN "ea"."repaired_text" ELSE "e"."artist" END AS "artist",
  CASE
    WHEN 'repaired' IN ("er"."kind", "ea"."kind")
    THEN 'repaired'
    WHEN 'broken' IN ("er"."kind", "ea"."kind")
    THEN 'broken'
    ELSE 'delivered'
  END AS "name_quality",
  CASE
    WHEN "s"."song_id" IS NULL
    THEN NULL
    WHEN RTRIM("e"."song", ' ') = "s"."title" AND RTRIM("e"."artist", ' ') = "s"."artist"
    THEN 'delivered names'
    WHEN 'repaired' IN ("er"."kind", "ea"."kind", "s"."title_kind", "s"."artist_kind")
    THEN 'repaired names'
    ELSE 'normalized names'
  END AS "match_method",
  "e"."item_in_session" AS "item_in_session",
  "e"."log_date" AS "log_date"
FROM "page_views" AS "e"
LEFT JOIN "text_repairs" AS "er"
  ON RTRIM("e"."song", ' ') = "er"."original_text"
LEFT JOIN "text_repairs" AS "ea"
  ON RTRIM("e"."artist", ' ') = "ea"."original_text"
LEFT JOIN (
  SELECT
    RTRIM("c"."song_id", ' ') AS "song_id",
    RTRIM("c"."artist_id", ' ') AS "artist_id",
    "c"."duration" AS "duration",
    RTRIM("c"."title", ' ') AS "title",
    RTRIM("c"."artist_name", ' ') AS "artist",
    "cr"."kind" AS "title_kind",
    "ca"."kind" AS "artist_kind",
    NULLIF(COALESCE("cr"."repaired_text", RTRIM("c"."title", ' ')), '') AS "whole_title",
    NULLIF(COALESCE("ca"."repaired_text", RTRIM("c"."artist_name", ' ')), '') AS "whole_artist"
  FROM "staging_songs" AS "c"
  LEFT JOIN "text_repairs" AS "cr"
    ON RTRIM("c"."title", ' ') = "cr"."original_text"
  LEFT JOIN "text_repairs" AS "ca"
    ON RTRIM("c"."artist_name", ' ') = "ca"."original_text"
) AS "s"
  ON COALESCE("er"."repaired_text", RTRIM("e"."song", ' ')) = "s"."whole_title"
  AND COALESCE("ea"."repaired_text", RTRIM("e"."artist", ' ')) = "s"."whole_artist"
INNER JOIN "sparkify_temporary_keys_of_several_rows"
  ON "e"."user_id" IS NOT DISTINCT FROM "sparkify_temporary_keys_of_several_rows"."key_0"
  AND "e"."session_id" IS NOT DISTINCT FROM "sparkify_temporary_keys_of_several_rows"."key_1"
  AND "e"."item_in_session" IS NOT DISTINCT FROM "sparkify_temporary_keys_of_several_rows"."key_2"
  AND "e"."event_time" IS NOT DISTINCT FROM "sparkify_temporary_keys_of_several_rows"."key_3"
WHERE
  (
    RTRIM("e"."page", ' ') = 'NextSong' AND NOT "e"."user_id" IS NULL
  )
  AND (
    COALESCE(ABS("e"."length" - "s"."duration"), 1000000000) = "sparkify_temporary_keys_of_several_rows"."best"
    OR COALESCE(ABS("e"."length" - "s"."duration"), 1000000000) IS NULL
  )
  AND EXISTS(
    SELECT
      1
    FROM "sparkify_temporary_keys_of_several_rows"
    WHERE
      "e"."user_id" IS NOT DISTINCT FROM "sparkify_temporary_keys_of_several_rows"."key_0"
      AND "e"."session_id" IS NOT DISTINCT FROM "sparkify_temporary_keys_of_several_rows"."key_1"
      AND "e"."item_in_session" IS NOT DISTINCT FROM "sparkify_temporary_keys_of_several_rows"."key_2"
      AND "e"."event_time" IS NOT DISTINCT FROM "sparkify_temporary_keys_of_several_rows"."key_3"
  )
QUALIFY
  ROW_NUMBER() OVER (
    PARTITION BY "e"."user_id", "e"."session_id", "e"."item_in_session", "e"."event_time"
    ORDER BY COALESCE(ABS("e"."length" - "s"."duration"), 1000000000), "s"."song_id", "s"."artist_id", CASE WHEN RTRIM("e"."song", ' ') = "s"."title" AND RTRIM("e"."artist", ' ') = "s"."artist" THEN 0 ELSE 1 END, CASE WHEN 'repaired' IN ("er"."kind", "ea"."kind", "s"."title_kind", "s"."artist_kind") THEN 1 ELSE 0 END
  ) = 1;

SELECT
  "log_date",
  COUNT(*)
FROM "songplays"
GROUP BY
  "log_date";

-- refreshed for two partitions

CREATE TEMPORARY TABLE "sparkify_temporary_touched_keys" (
  "user_id" INT,
  "session_id" INT,
  "item_in_session" INT,
  "start_time" TIMESTAMP
);

INSERT INTO "sparkify_temporary_touched_keys" (
  "user_id",
  "session_id",
  "item_in_session",
  "start_time"
)
SELECT
  "user_id",
  "session_id",
  "item_in_session",
  "start_time"
FROM "songplays"
WHERE
  "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
UNION
SELECT
  "e"."user_id" AS "user_id",
  "e"."session_id" AS "session_id",
  "e"."item_in_session" AS "item_in_session",
  "e"."event_time" AS "start_time"
FROM "page_views" AS "e"
WHERE
  (
    RTRIM("e"."page", ' ') = 'NextSong' AND NOT "e"."user_id" IS NULL
  )
  AND "e"."log_date" IN (CAST(? AS DATE), CAST(? AS DATE));

SELECT
  MIN("start_time"),
  MAX("start_time")
FROM "sparkify_temporary_touched_keys";

SELECT
  "songplays"."log_date",
  CAST("songplays"."start_time" AS DATE),
  COUNT(*)
FROM "songplays"
INNER JOIN "sparkify_temporary_touched_keys"
  ON "songplays"."user_id" = "sparkify_temporary_touched_keys"."user_id"
  AND "songplays"."session_id" = "sparkify_temporary_touched_keys"."session_id"
  AND "songplays"."item_in_session" = "sparkify_temporary_touched_keys"."item_in_session"
  AND "songplays"."start_time" = "sparkify_temporary_touched_keys"."start_time"
WHERE
  "songplays"."start_time" BETWEEN CAST(? AS TIMESTAMP) AND CAST(? AS TIMESTAMP)
GROUP BY
  "songplays"."log_date",
  CAST("songplays"."start_time" AS DATE);

DELETE FROM "songplays" USING   "sparkify_temporary_touched_keys"
WHERE
  (
    "songplays"."user_id" = "sparkify_temporary_touched_keys"."user_id"
    AND "songplays"."session_id" = "sparkify_temporary_touched_keys"."session_id"
    AND "songplays"."item_in_session" = "sparkify_temporary_touched_keys"."item_in_session"
    AND "songplays"."start_time" = "sparkify_temporary_touched_keys"."start_time"
  )
  AND "songplays"."start_time" BETWEEN CAST(? AS TIMESTAMP) AND CAST(? AS TIMESTAMP);

INSERT INTO "songplays" (
  "songplay_id",
  "start_time",
  "user_id",
  "level",
  "song_id",
  "artist_id",
  "session_id",
  "location",
  "user_agent",
  "song",
  "artist",
  "name_quality",
  "match_method",
  "item_in_session",
  "log_date"
)
SELECT
  "e"."page_view_id" AS "songplay_id",
  "e"."event_time" AS "start_time",
  "e"."user_id" AS "user_id",
  "e"."level" AS "level",
  "s"."song_id" AS "song_id",
  "s"."artist_id" AS "artist_id",
  "e"."session_id" AS "session_id",
  "e"."location" AS "location",
  "e"."user_agent" AS "user_agent",
  CASE WHEN "er"."kind" = 'repaired' THEN "er"."repaired_text" ELSE "e"."song" END AS "song",
  CASE WHEN "ea"."kind" = 'repaired' THEN "ea"."repaired_text" ELSE "e"."artist" END AS "artist",
  CASE
    WHEN 'repaired' IN ("er"."kind", "ea"."kind")
    THEN 'repaired'
    WHEN 'broken' IN ("er"."kind", "ea"."kind")
    THEN 'broken'
    ELSE 'delivered'
  END AS "name_quality",
  CASE
    WHEN "s"."song_id" IS NULL
    THEN NULL
    WHEN RTRIM("e"."song", ' ') = "s"."title" AND RTRIM("e"."artist", ' ') = "s"."artist"
    THEN 'delivered names'
    WHEN 'repaired' IN ("er"."kind", "ea"."kind", "s"."title_kind", "s"."artist_kind")
    THEN 'repaired names'
    ELSE 'normalized names'
  END AS "match_method",
  "e"."item_in_session" AS "item_in_session",
  "e"."log_date" AS "log_date"
FROM "page_views" AS "e"
INNER JOIN "sparkify_temporary_touched_keys"
  ON "e"."user_id" = "sparkify_temporary_touched_keys"."user_id"
  AND "e"."session_id" = "sparkify_temporary_touched_keys"."session_id"
  AND "e"."item_in_session" = "sparkify_temporary_touched_keys"."item_in_session"
  AND "e"."event_time" = "sparkify_temporary_touched_keys"."start_time"
LEFT JOIN "text_repairs" AS "er"
  ON RTRIM("e"."song", ' ') = "er"."original_text"
LEFT JOIN "text_repairs" AS "ea"
  ON RTRIM("e"."artist", ' ') = "ea"."original_text"
LEFT JOIN (
  SELECT
    RTRIM("c"."song_id", ' ') AS "song_id",
    RTRIM("c"."artist_id", ' ') AS "artist_id",
    "c"."duration" AS "duration",
    RTRIM("c"."title", ' ') AS "title",
    RTRIM("c"."artist_name", ' ') AS "artist",
    "cr"."kind" AS "title_kind",
    "ca"."kind" AS "artist_kind",
    NULLIF(COALESCE("cr"."repaired_text", RTRIM("c"."title", ' ')), '') AS "whole_title",
    NULLIF(COALESCE("ca"."repaired_text", RTRIM("c"."artist_name", ' ')), '') AS "whole_artist"
  FROM "staging_songs" AS "c"
  LEFT JOIN "text_repairs" AS "cr"
    ON RTRIM("c"."title", ' ') = "cr"."original_text"
  LEFT JOIN "text_repairs" AS "ca"
    ON RTRIM("c"."artist_name", ' ') = "ca"."original_text"
) AS "s"
  ON COALESCE("er"."repaired_text", RTRIM("e"."song", ' ')) = "s"."whole_title"
  AND COALESCE("ea"."repaired_text", RTRIM("e"."artist", ' ')) = "s"."whole_artist"
WHERE
  (
    (
      RTRIM("e"."page", ' ') = 'NextSong' AND NOT "e"."user_id" IS NULL
    )
    AND "e"."event_time" BETWEEN CAST(? AS TIMESTAMP) AND CAST(? AS TIMESTAMP)
  )
  AND "e"."log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
QUALIFY
  ROW_NUMBER() OVER (
    PARTITION BY "e"."user_id", "e"."session_id", "e"."item_in_session", "e"."event_time"
    ORDER BY COALESCE(ABS("e"."length" - "s"."duration"), 1000000000), "s"."song_id", "s"."artist_id", CASE WHEN RTRIM("e"."song", ' ') = "s"."title" AND RTRIM("e"."artist", ' ') = "s"."artist" THEN 0 ELSE 1 END, CASE WHEN 'repaired' IN ("er"."kind", "ea"."kind", "s"."title_kind", "s"."artist_kind") THEN 1 ELSE 0 END
  ) = 1;

SELECT
  "songplays"."log_date",
  CAST("songplays"."start_time" AS DATE),
  COUNT(*)
FROM "songplays"
INNER JOIN "sparkify_temporary_touched_keys"
  ON "songplays"."user_id" = "sparkify_temporary_touched_keys"."user_id"
  AND "songplays"."session_id" = "sparkify_temporary_touched_keys"."session_id"
  AND "songplays"."item_in_session" = "sparkify_temporary_touched_keys"."item_in_session"
  AND "songplays"."start_time" = "sparkify_temporary_touched_keys"."start_time"
WHERE
  "songplays"."start_time" BETWEEN CAST(? AS TIMESTAMP) AND CAST(? AS TIMESTAMP)
GROUP BY
  "songplays"."log_date",
  CAST("songplays"."start_time" AS DATE);

DROP TABLE "sparkify_temporary_touched_keys";

SELECT
  COUNT(*)
FROM "songplays";
