-- made

CREATE TABLE "song_days" (
  "day" DATE NOT NULL,
  "song" VARCHAR(1024),
  "artist" VARCHAR(1024),
  "song_id" VARCHAR(32),
  "artist_id" VARCHAR(32),
  "name_quality" VARCHAR(16),
  "match_method" VARCHAR(16),
  "plays" BIGINT NOT NULL
)
DISTSTYLE EVEN
SORTKEY("day");
COMMENT ON TABLE "song_days" IS 'Aggregate of songplays, from which reports are computed: how often a song was played on a day (UTC).';
COMMENT ON COLUMN "song_days"."day" IS 'Day of the plays, UTC.';
COMMENT ON COLUMN "song_days"."song" IS 'Title as songplays has it; null where it is blank.';
COMMENT ON COLUMN "song_days"."artist" IS 'Artist as songplays has it; null where it is blank.';
COMMENT ON COLUMN "song_days"."song_id" IS 'The matched song; null where the catalogue has none.';
COMMENT ON COLUMN "song_days"."artist_id" IS 'Artist of the matched song; null where the catalogue has none.';
COMMENT ON COLUMN "song_days"."name_quality" IS 'Whether the names are as delivered, repaired, or broken.';
COMMENT ON COLUMN "song_days"."match_method" IS 'By which names the song was found; null where the catalogue has none.';
COMMENT ON COLUMN "song_days"."plays" IS 'Songs played.';

-- rebuilt

DELETE FROM "song_days";

INSERT INTO "song_days" (
  "day",
  "song",
  "artist",
  "song_id",
  "artist_id",
  "name_quality",
  "match_method",
  "plays"
)
SELECT
  CAST("songplays"."start_time" AS DATE) AS "day",
  NULLIF(RTRIM("songplays"."song"), '') AS "song",
  NULLIF(RTRIM("songplays"."artist"), '') AS "artist",
  "songplays"."song_id" AS "song_id",
  "songplays"."artist_id" AS "artist_id",
  "songplays"."name_quality" AS "name_quality",
  "songplays"."match_method" AS "match_method",
  COUNT(*) AS "plays"
FROM "songplays" AS "songplays"
GROUP BY
  CAST("songplays"."start_time" AS DATE),
  NULLIF(RTRIM("songplays"."song"), ''),
  NULLIF(RTRIM("songplays"."artist"), ''),
  "songplays"."song_id",
  "songplays"."artist_id",
  "songplays"."name_quality",
  "songplays"."match_method";

-- recomputed for two ranges of days

DELETE FROM "song_days"
WHERE
  (
    "song_days"."day" >= CAST(? AS DATE) AND "song_days"."day" < CAST(? AS DATE)
  )
  OR (
    "song_days"."day" >= CAST(? AS DATE) AND "song_days"."day" < CAST(? AS DATE)
  );

INSERT INTO "song_days" (
  "day",
  "song",
  "artist",
  "song_id",
  "artist_id",
  "name_quality",
  "match_method",
  "plays"
)
SELECT
  CAST("songplays"."start_time" AS DATE) AS "day",
  NULLIF(RTRIM("songplays"."song"), '') AS "song",
  NULLIF(RTRIM("songplays"."artist"), '') AS "artist",
  "songplays"."song_id" AS "song_id",
  "songplays"."artist_id" AS "artist_id",
  "songplays"."name_quality" AS "name_quality",
  "songplays"."match_method" AS "match_method",
  COUNT(*) AS "plays"
FROM "songplays" AS "songplays"
WHERE
  (
    "songplays"."start_time" >= CAST(? AS DATE) AND "songplays"."start_time" < CAST(? AS DATE)
  )
  OR (
    "songplays"."start_time" >= CAST(? AS DATE) AND "songplays"."start_time" < CAST(? AS DATE)
  )
GROUP BY
  CAST("songplays"."start_time" AS DATE),
  NULLIF(RTRIM("songplays"."song"), ''),
  NULLIF(RTRIM("songplays"."artist"), ''),
  "songplays"."song_id",
  "songplays"."artist_id",
  "songplays"."name_quality",
  "songplays"."match_method";
