-- made

CREATE TABLE "created_tables" (
  "table_name" TEXT(127) NOT NULL CHECK (STRLEN("table_name") <= 127),
  "created_at" TIMESTAMP NOT NULL,
  "code_version" TEXT(64) NOT NULL CHECK (STRLEN("code_version") <= 64)
);
COMMENT ON TABLE "created_tables" IS 'One row a table that the platform has created: it alters, loads, resets and drops no other.';
COMMENT ON COLUMN "created_tables"."table_name" IS 'Its name.';
COMMENT ON COLUMN "created_tables"."created_at" IS 'When it was made, or found to be exactly what the platform makes, UTC.';
COMMENT ON COLUMN "created_tables"."code_version" IS 'Version of the SQL (and of source.toml) that its rows follow.';

-- created_tables

SELECT
  "table_name",
  "code_version"
FROM "created_tables";

-- delete_created_table

DELETE FROM "created_tables"
WHERE
  "table_name" = ?;

-- record_version

UPDATE "created_tables" SET "code_version" = ?
WHERE
  "table_name" = ?;

-- rows added

INSERT INTO "created_tables" (
  "table_name",
  "created_at",
  "code_version"
)
SELECT
  UNNEST(CAST(? AS TEXT(127)[])) AS "table_name",
  UNNEST(CAST(? AS TIMESTAMP[])) AS "created_at",
  UNNEST(CAST(? AS TEXT(64)[])) AS "code_version";
