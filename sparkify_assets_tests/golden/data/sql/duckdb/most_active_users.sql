-- made

CREATE TABLE "most_active_users" (
  "first_name" TEXT(256) CHECK (STRLEN("first_name") <= 256),
  "last_name" TEXT(256) CHECK (STRLEN("last_name") <= 256),
  "plays" BIGINT NOT NULL
);
COMMENT ON TABLE "most_active_users" IS 'The five users with most plays, all days together; equal counts: the smaller user_id first.';
COMMENT ON COLUMN "most_active_users"."first_name" IS 'First name; null where it is not known.';
COMMENT ON COLUMN "most_active_users"."last_name" IS 'Last name; likewise.';
COMMENT ON COLUMN "most_active_users"."plays" IS 'Songs played.';

-- rebuilt

DELETE FROM "most_active_users";

INSERT INTO "most_active_users" (
  "first_name",
  "last_name",
  "plays"
)
SELECT
  NULLIF(RTRIM("u"."first_name", ' '), '') AS "first_name",
  NULLIF(RTRIM("u"."last_name", ' '), '') AS "last_name",
  "p"."plays" AS "plays"
FROM (
  SELECT
    "session_hours"."user_id" AS "user_id",
    SUM("session_hours"."plays") AS "plays"
  FROM "session_hours" AS "session_hours"
  GROUP BY
    "session_hours"."user_id"
) AS "p"
INNER JOIN "users" AS "u"
  ON "p"."user_id" = "u"."user_id"
ORDER BY
  "p"."plays" DESC NULLS FIRST,
  "u"."user_id"
LIMIT 5;
