-- made

CREATE TABLE "plays_matched_by_day" (
  "day" DATE NOT NULL,
  "plays" BIGINT,
  "matched" BIGINT,
  "matched_as_delivered" BIGINT,
  "names_repaired" BIGINT,
  "names_broken" BIGINT,
  "share_matched" DOUBLE PRECISION,
  PRIMARY KEY ("day")
)
DISTSTYLE ALL;
COMMENT ON TABLE "plays_matched_by_day" IS 'How many plays match a song of the catalogue, by day (UTC, of the event), and what the repair of names does for it; a day without a play has no row.';
COMMENT ON COLUMN "plays_matched_by_day"."day" IS 'Day on which the songs began, UTC.';
COMMENT ON COLUMN "plays_matched_by_day"."plays" IS 'Songs played.';
COMMENT ON COLUMN "plays_matched_by_day"."matched" IS 'Plays that match a song of the catalogue.';
COMMENT ON COLUMN "plays_matched_by_day"."matched_as_delivered" IS 'Of these, plays that match by their names as delivered, character by character.';
COMMENT ON COLUMN "plays_matched_by_day"."names_repaired" IS 'Plays whose song or artist name had to be repaired.';
COMMENT ON COLUMN "plays_matched_by_day"."names_broken" IS 'Plays with a name that looks broken and cannot be repaired with certainty.';
COMMENT ON COLUMN "plays_matched_by_day"."share_matched" IS 'matched / plays, 0 to 1.';

-- rebuilt

DELETE FROM "plays_matched_by_day";

INSERT INTO "plays_matched_by_day" (
  "day",
  "plays",
  "matched",
  "matched_as_delivered",
  "names_repaired",
  "names_broken",
  "share_matched"
)
SELECT
  "song_days"."day" AS "day",
  SUM("song_days"."plays") AS "plays",
  SUM(CASE WHEN NOT "song_days"."song_id" IS NULL THEN "song_days"."plays" ELSE 0 END) AS "matched",
  SUM(CASE WHEN "song_days"."match_method" = 'delivered names' THEN "song_days"."plays" ELSE 0 END) AS "matched_as_delivered",
  SUM(CASE WHEN "song_days"."name_quality" = 'repaired' THEN "song_days"."plays" ELSE 0 END) AS "names_repaired",
  SUM(CASE WHEN "song_days"."name_quality" = 'broken' THEN "song_days"."plays" ELSE 0 END) AS "names_broken",
  CAST(SUM(CASE WHEN NOT "song_days"."song_id" IS NULL THEN "song_days"."plays" ELSE 0 END) AS DOUBLE PRECISION) / SUM("song_days"."plays") AS "share_matched"
FROM "song_days" AS "song_days"
GROUP BY
  "song_days"."day";

-- recomputed for two ranges of days

DELETE FROM "plays_matched_by_day"
WHERE
  (
    "plays_matched_by_day"."day" >= CAST(? AS DATE) AND "plays_matched_by_day"."day" < CAST(? AS DATE)
  )
  OR (
    "plays_matched_by_day"."day" >= CAST(? AS DATE) AND "plays_matched_by_day"."day" < CAST(? AS DATE)
  );

INSERT INTO "plays_matched_by_day" (
  "day",
  "plays",
  "matched",
  "matched_as_delivered",
  "names_repaired",
  "names_broken",
  "share_matched"
)
SELECT
  "song_days"."day" AS "day",
  SUM("song_days"."plays") AS "plays",
  SUM(CASE WHEN NOT "song_days"."song_id" IS NULL THEN "song_days"."plays" ELSE 0 END) AS "matched",
  SUM(CASE WHEN "song_days"."match_method" = 'delivered names' THEN "song_days"."plays" ELSE 0 END) AS "matched_as_delivered",
  SUM(CASE WHEN "song_days"."name_quality" = 'repaired' THEN "song_days"."plays" ELSE 0 END) AS "names_repaired",
  SUM(CASE WHEN "song_days"."name_quality" = 'broken' THEN "song_days"."plays" ELSE 0 END) AS "names_broken",
  CAST(SUM(CASE WHEN NOT "song_days"."song_id" IS NULL THEN "song_days"."plays" ELSE 0 END) AS DOUBLE PRECISION) / SUM("song_days"."plays") AS "share_matched"
FROM "song_days" AS "song_days"
WHERE
  (
    "song_days"."day" >= CAST(? AS DATE) AND "song_days"."day" < CAST(? AS DATE)
  )
  OR (
    "song_days"."day" >= CAST(? AS DATE) AND "song_days"."day" < CAST(? AS DATE)
  )
GROUP BY
  "song_days"."day";
