-- made

CREATE TABLE "plays_matched_by_day" (
  "day" DATE NOT NULL,
  "plays" BIGINT,
  "matched" BIGINT,
  "matched_as_delivered" BIGINT,
  "names_repaired" BIGINT,
  "names_broken" BIGINT,
  "share_matched" DOUBLE
);
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
  CAST("songplays"."start_time" AS DATE) AS "day",
  COUNT(*) AS "plays",
  COUNT("songplays"."song_id") AS "matched",
  SUM(CASE WHEN "songplays"."match_method" = 'delivered names' THEN 1 ELSE 0 END) AS "matched_as_delivered",
  SUM(CASE WHEN "songplays"."name_quality" = 'repaired' THEN 1 ELSE 0 END) AS "names_repaired",
  SUM(CASE WHEN "songplays"."name_quality" = 'broken' THEN 1 ELSE 0 END) AS "names_broken",
  CAST(COUNT("songplays"."song_id") AS DOUBLE) / COUNT(*) AS "share_matched"
FROM "songplays" AS "songplays"
GROUP BY
  CAST("songplays"."start_time" AS DATE);
