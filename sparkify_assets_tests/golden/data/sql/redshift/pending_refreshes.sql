-- made

CREATE TABLE "pending_refreshes" (
  "table_name" VARCHAR(127) NOT NULL,
  "partition_key" VARCHAR(32) NOT NULL
)
DISTSTYLE ALL;
COMMENT ON TABLE "pending_refreshes" IS 'Partitions of derived tables that must be refreshed because something before them changed.';
COMMENT ON COLUMN "pending_refreshes"."table_name" IS 'Derived table.';
COMMENT ON COLUMN "pending_refreshes"."partition_key" IS 'Its partition; empty for a table without partitions.';

-- clear_stale

DELETE FROM "pending_refreshes"
WHERE
  "table_name" = ? AND "partition_key" IN (?, ?);

-- clear_stale_tables

DELETE FROM "pending_refreshes"
WHERE
  "table_name" IN (?, ?);

-- refresh_state

SELECT DISTINCT
  "table_name",
  "partition_key",
  0 AS "expired"
FROM "pending_refreshes"
UNION ALL
SELECT DISTINCT
  CAST(NULL AS VARCHAR(127)) AS "table_name",
  "partition_key",
  CASE WHEN "expired_at" IS NULL THEN 0 ELSE 1 END AS "expired"
FROM "load_history"
WHERE
  "table_name" = ?;

-- stale_partitions

SELECT DISTINCT
  "table_name",
  "partition_key"
FROM "pending_refreshes";

-- rows added

INSERT INTO "pending_refreshes" (
  "table_name",
  "partition_key"
)
VALUES
  (CAST(? AS VARCHAR(127)), CAST(? AS VARCHAR(32)));
