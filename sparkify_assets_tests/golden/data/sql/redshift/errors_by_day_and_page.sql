-- made

CREATE TABLE "errors_by_day_and_page" (
  "day" DATE NOT NULL,
  "page" VARCHAR(64) NOT NULL,
  "errors" BIGINT,
  "server_errors" BIGINT,
  "users" BIGINT,
  PRIMARY KEY ("day", "page")
)
DISTSTYLE ALL;
COMMENT ON TABLE "errors_by_day_and_page" IS 'Requests of the app that failed (HTTP status 400 and above), by day (UTC) and page; where nothing failed there is no row.';
COMMENT ON COLUMN "errors_by_day_and_page"."day" IS 'Day of the request, UTC.';
COMMENT ON COLUMN "errors_by_day_and_page"."page" IS 'Page of the app that answered, which may be one for errors; unknown where the event does not say.';
COMMENT ON COLUMN "errors_by_day_and_page"."errors" IS 'Requests that failed.';
COMMENT ON COLUMN "errors_by_day_and_page"."server_errors" IS 'Of these, failures of the server: status 500 and above.';
COMMENT ON COLUMN "errors_by_day_and_page"."users" IS 'Different users to whom it happened; requests without a user count as none.';

-- rebuilt

DELETE FROM "errors_by_day_and_page";

INSERT INTO "errors_by_day_and_page" (
  "day",
  "page",
  "errors",
  "server_errors",
  "users"
)
SELECT
  CAST("page_views"."event_time" AS DATE) AS "day",
  COALESCE(NULLIF(RTRIM("page_views"."page"), ''), 'unknown') AS "page",
  COUNT(*) AS "errors",
  SUM(CASE WHEN "page_views"."status" >= 500 THEN 1 ELSE 0 END) AS "server_errors",
  COUNT(DISTINCT "page_views"."user_id") AS "users"
FROM "page_views" AS "page_views"
WHERE
  "page_views"."status" >= 400
GROUP BY
  CAST("page_views"."event_time" AS DATE),
  COALESCE(NULLIF(RTRIM("page_views"."page"), ''), 'unknown');

-- recomputed for two ranges of days

DELETE FROM "errors_by_day_and_page"
WHERE
  (
    "errors_by_day_and_page"."day" >= CAST(? AS DATE) AND "errors_by_day_and_page"."day" < CAST(? AS DATE)
  )
  OR (
    "errors_by_day_and_page"."day" >= CAST(? AS DATE) AND "errors_by_day_and_page"."day" < CAST(? AS DATE)
  );

INSERT INTO "errors_by_day_and_page" (
  "day",
  "page",
  "errors",
  "server_errors",
  "users"
)
SELECT
  CAST("page_views"."event_time" AS DATE) AS "day",
  COALESCE(NULLIF(RTRIM("page_views"."page"), ''), 'unknown') AS "page",
  COUNT(*) AS "errors",
  SUM(CASE WHEN "page_views"."status" >= 500 THEN 1 ELSE 0 END) AS "server_errors",
  COUNT(DISTINCT "page_views"."user_id") AS "users"
FROM "page_views" AS "page_views"
WHERE
  "page_views"."status" >= 400
  AND (
    (
      "page_views"."event_time" >= CAST(? AS DATE) AND "page_views"."event_time" < CAST(? AS DATE)
    )
    OR (
      "page_views"."event_time" >= CAST(? AS DATE) AND "page_views"."event_time" < CAST(? AS DATE)
    )
  )
GROUP BY
  CAST("page_views"."event_time" AS DATE),
  COALESCE(NULLIF(RTRIM("page_views"."page"), ''), 'unknown');
