-- made

CREATE TABLE "created_tables" (
  "table_name" TEXT(127) NOT NULL,
  "created_at" TIMESTAMP NOT NULL
);
COMMENT ON TABLE "created_tables" IS 'One row a table that the platform has made here: it alters, loads, resets and drops no other.';
COMMENT ON COLUMN "created_tables"."table_name" IS 'Its name.';
COMMENT ON COLUMN "created_tables"."created_at" IS 'When it was made, or found to be exactly what the platform makes, UTC.';

-- created_tables

SELECT
  "table_name"
FROM "created_tables";

-- rows added

INSERT INTO "created_tables" (
  "table_name",
  "created_at"
)
SELECT
  UNNEST(CAST(? AS TEXT(127)[])) AS "table_name",
  UNNEST(CAST(? AS TIMESTAMP[])) AS "created_at";
