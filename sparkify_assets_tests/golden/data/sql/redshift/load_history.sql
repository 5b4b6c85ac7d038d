-- made

CREATE TABLE "load_history" (
  "table_name" VARCHAR(127) NOT NULL,
  "partition_key" VARCHAR(32) NOT NULL,
  "file_key" VARCHAR(4096) NOT NULL,
  "etag" VARCHAR(256) NOT NULL,
  "bytes" BIGINT NOT NULL,
  "records" BIGINT NOT NULL,
  "rejected" BIGINT NOT NULL,
  "run_id" VARCHAR(64) NOT NULL,
  "loaded_at" TIMESTAMP NOT NULL,
  "expired_at" TIMESTAMP
)
DISTSTYLE EVEN
SORTKEY("table_name", "partition_key");
COMMENT ON TABLE "load_history" IS 'One row a file that staging holds, or held until it expired: which version of it, how many records, when and by which run.';
COMMENT ON COLUMN "load_history"."table_name" IS 'Staging table.';
COMMENT ON COLUMN "load_history"."partition_key" IS 'Its partition.';
COMMENT ON COLUMN "load_history"."file_key" IS 'Key in the lake.';
COMMENT ON COLUMN "load_history"."etag" IS 'Version of the content the lake told when it was listed.';
COMMENT ON COLUMN "load_history"."bytes" IS 'Size in the lake.';
COMMENT ON COLUMN "load_history"."records" IS 'Records found in the file, rejected ones included.';
COMMENT ON COLUMN "load_history"."rejected" IS 'Records rejected.';
COMMENT ON COLUMN "load_history"."run_id" IS 'Dagster run that loaded it.';
COMMENT ON COLUMN "load_history"."loaded_at" IS 'When, UTC.';
COMMENT ON COLUMN "load_history"."expired_at" IS 'When the rows of the partition were deleted from staging by SPARKIFY_STAGING_DAYS, UTC; null: they are there.';

-- delete_load_history

DELETE FROM "load_history"
WHERE
  "table_name" = ? AND "partition_key" IN (?, ?);

-- expire_partitions

UPDATE "load_history" SET "expired_at" = ?
WHERE
  "table_name" = ? AND "partition_key" IN (?, ?);

-- latest_loads

SELECT
  "table_name",
  MAX("loaded_at") AS "loaded_at"
FROM "load_history"
GROUP BY
  "table_name";

-- load_state

SELECT
  COUNT(*) AS "files",
  MAX("loaded_at") AS "newest"
FROM "load_history";

-- load_stats

SELECT
  "table_name",
  "partition_key",
  COUNT(*) AS "files",
  CAST(SUM("bytes") AS BIGINT) AS "bytes",
  CAST(SUM("records") AS BIGINT) AS "records",
  CAST(SUM("rejected") AS BIGINT) AS "rejected"
FROM "load_history"
GROUP BY
  "table_name",
  "partition_key"
ORDER BY
  "table_name",
  "partition_key";

-- loaded_files

SELECT
  "partition_key",
  "file_key",
  "bytes",
  "etag"
FROM "load_history"
WHERE
  "table_name" = ?
ORDER BY
  "partition_key",
  "file_key";

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

-- rows added

INSERT INTO "load_history" (
  "table_name",
  "partition_key",
  "file_key",
  "etag",
  "bytes",
  "records",
  "rejected",
  "run_id",
  "loaded_at",
  "expired_at"
)
VALUES
  (
    CAST(? AS VARCHAR(127)),
    CAST(? AS VARCHAR(32)),
    CAST(? AS VARCHAR(4096)),
    CAST(? AS VARCHAR(256)),
    CAST(? AS BIGINT),
    CAST(? AS BIGINT),
    CAST(? AS BIGINT),
    CAST(? AS VARCHAR(64)),
    CAST(? AS TIMESTAMP),
    CAST(? AS TIMESTAMP)
  );
