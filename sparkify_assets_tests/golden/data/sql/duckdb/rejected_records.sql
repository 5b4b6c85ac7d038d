-- made

CREATE TABLE "rejected_records" (
  "table_name" TEXT(127) NOT NULL CHECK (STRLEN("table_name") <= 127),
  "partition_key" TEXT(32) NOT NULL CHECK (STRLEN("partition_key") <= 32),
  "file_key" TEXT(4096) NOT NULL CHECK (STRLEN("file_key") <= 4096),
  "line" BIGINT NOT NULL,
  "column_name" TEXT(127) CHECK (STRLEN("column_name") <= 127),
  "reason" TEXT(1024) NOT NULL CHECK (STRLEN("reason") <= 1024),
  "raw_text" TEXT(65535) NOT NULL CHECK (STRLEN("raw_text") <= 65535)
);
COMMENT ON TABLE "rejected_records" IS 'Every record of the loaded files that staging does not hold, and why.';
COMMENT ON COLUMN "rejected_records"."table_name" IS 'Staging table it was meant for.';
COMMENT ON COLUMN "rejected_records"."partition_key" IS 'Its partition.';
COMMENT ON COLUMN "rejected_records"."file_key" IS 'Key in the lake.';
COMMENT ON COLUMN "rejected_records"."line" IS 'Line in the file where the record begins, from 1.';
COMMENT ON COLUMN "rejected_records"."column_name" IS 'Column that refused it; null where the record as a whole is at fault.';
COMMENT ON COLUMN "rejected_records"."reason" IS 'What was found and what was expected.';
COMMENT ON COLUMN "rejected_records"."raw_text" IS 'The record as delivered; bytes that are not text in hexadecimal; cut after 60,000 bytes, which the reason then says.';

-- delete_rejected_records

DELETE FROM "rejected_records"
WHERE
  "table_name" = ? AND "partition_key" IN (?, ?);

-- rejected_records

SELECT
  "partition_key",
  "file_key",
  "line",
  "column_name",
  "reason",
  "raw_text"
FROM "rejected_records"
WHERE
  "table_name" = ?
ORDER BY
  "partition_key",
  "file_key",
  "line";

-- rows added

INSERT INTO "rejected_records" (
  "table_name",
  "partition_key",
  "file_key",
  "line",
  "column_name",
  "reason",
  "raw_text"
)
SELECT
  UNNEST(CAST(? AS TEXT(127)[])) AS "table_name",
  UNNEST(CAST(? AS TEXT(32)[])) AS "partition_key",
  UNNEST(CAST(? AS TEXT(4096)[])) AS "file_key",
  UNNEST(CAST(? AS BIGINT[])) AS "line",
  UNNEST(CAST(? AS TEXT(127)[])) AS "column_name",
  UNNEST(CAST(? AS TEXT(1024)[])) AS "reason",
  UNNEST(CAST(? AS TEXT(65535)[])) AS "raw_text";
