-- unique_key (error): No two rows have the same user_id, session_id, item_in_session, event_time.

SELECT
  "every_row"."user_id" + 0 AS "user_id",
  "every_row"."session_id" + 0 AS "session_id",
  "every_row"."item_in_session" + 0 AS "item_in_session",
  "every_row"."event_time" + INTERVAL '0 SECOND' AS "event_time",
  COUNT(*) AS "rows_with_it"
FROM "page_views" AS "every_row"
GROUP BY
  "every_row"."user_id" + 0,
  "every_row"."session_id" + 0,
  "every_row"."item_in_session" + 0,
  "every_row"."event_time" + INTERVAL '0 SECOND'
HAVING
  COUNT(*) > 1;

-- unique_key, of two partitions

SELECT
  "every_row"."user_id" + 0 AS "user_id",
  "every_row"."session_id" + 0 AS "session_id",
  "every_row"."item_in_session" + 0 AS "item_in_session",
  "every_row"."event_time" + INTERVAL '0 SECOND' AS "event_time",
  COUNT(*) AS "rows_with_it"
FROM "page_views" AS "every_row"
INNER JOIN (
  SELECT DISTINCT
    "user_id" + 0 AS "user_id",
    "session_id" + 0 AS "session_id",
    "item_in_session" + 0 AS "item_in_session",
    "event_time" + INTERVAL '0 SECOND' AS "event_time"
  FROM "page_views"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "asked"
  ON (
    "every_row"."user_id" = "asked"."user_id" OR (
      "every_row"."user_id" IS NULL AND "asked"."user_id" IS NULL
    )
  )
  AND "every_row"."session_id" = "asked"."session_id"
  AND "every_row"."item_in_session" = "asked"."item_in_session"
  AND "every_row"."event_time" = "asked"."event_time"
GROUP BY
  "every_row"."user_id" + 0,
  "every_row"."session_id" + 0,
  "every_row"."item_in_session" + 0,
  "every_row"."event_time" + INTERVAL '0 SECOND'
HAVING
  COUNT(*) > 1;

-- no_conflicting_duplicates (warning): An event delivered twice should be the same twice.  Where it is not, the rule in transform.sql has chosen; this names the event.

WITH "repeated" AS (
  SELECT
    "e"."user_id" AS "user_id",
    "e"."session_id" AS "session_id",
    "e"."item_in_session" AS "item_in_session",
    "e"."ts" AS "ts"
  FROM "page_views" AS "p"
  INNER JOIN "staging_events" AS "e"
    ON "p"."session_id" = "e"."session_id"
    AND "p"."item_in_session" = "e"."item_in_session"
    AND "p"."event_time" = CAST('epoch' AS TIMESTAMP) + "e"."ts" * INTERVAL '0.001 SECOND'
    AND (
      "p"."user_id" = "e"."user_id" OR (
        "p"."user_id" IS NULL AND "e"."user_id" IS NULL
      )
    )
  GROUP BY
    "e"."user_id",
    "e"."session_id",
    "e"."item_in_session",
    "e"."ts"
  HAVING
    COUNT(*) > 1
)
SELECT
  "r"."user_id" AS "user_id",
  "r"."session_id" AS "session_id",
  "r"."item_in_session" AS "item_in_session",
  "r"."ts" AS "ts",
  COUNT(*) AS "deliveries"
FROM "repeated" AS "r"
INNER JOIN "staging_events" AS "e"
  ON "r"."session_id" = "e"."session_id"
  AND "r"."item_in_session" = "e"."item_in_session"
  AND "r"."ts" = "e"."ts"
  AND (
    "r"."user_id" = "e"."user_id" OR (
      "r"."user_id" IS NULL AND "e"."user_id" IS NULL
    )
  )
GROUP BY
  "r"."user_id",
  "r"."session_id",
  "r"."item_in_session",
  "r"."ts"
HAVING
  MIN(RTRIM("e"."page")) <> MAX(RTRIM("e"."page"))
  OR MIN(COALESCE(RTRIM("e"."level"), '')) <> MAX(COALESCE(RTRIM("e"."level"), ''))
  OR MIN(COALESCE(RTRIM("e"."song"), '')) <> MAX(COALESCE(RTRIM("e"."song"), ''))
  OR MIN(COALESCE(RTRIM("e"."artist"), '')) <> MAX(COALESCE(RTRIM("e"."artist"), ''))
  OR MIN(COALESCE("e"."length", -1)) <> MAX(COALESCE("e"."length", -1))
  OR MIN(COALESCE(RTRIM("e"."location"), '')) <> MAX(COALESCE(RTRIM("e"."location"), ''))
  OR MIN(COALESCE(RTRIM("e"."user_agent"), '')) <> MAX(COALESCE(RTRIM("e"."user_agent"), ''))
  OR MIN(COALESCE(RTRIM("e"."method"), '')) <> MAX(COALESCE(RTRIM("e"."method"), ''))
  OR MIN(COALESCE("e"."status", -1)) <> MAX(COALESCE("e"."status", -1))
  OR MIN(COALESCE(RTRIM("e"."auth"), '')) <> MAX(COALESCE(RTRIM("e"."auth"), ''))
  OR MIN(COALESCE("e"."registration", -1)) <> MAX(COALESCE("e"."registration", -1));

-- no_conflicting_duplicates, of two partitions

WITH "repeated" AS (
  SELECT
    "e"."user_id" AS "user_id",
    "e"."session_id" AS "session_id",
    "e"."item_in_session" AS "item_in_session",
    "e"."ts" AS "ts"
  FROM (
    SELECT
      *
    FROM "page_views"
    WHERE
      "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
  ) AS "p"
  INNER JOIN "staging_events" AS "e"
    ON "p"."session_id" = "e"."session_id"
    AND "p"."item_in_session" = "e"."item_in_session"
    AND "p"."event_time" = CAST('epoch' AS TIMESTAMP) + "e"."ts" * INTERVAL '0.001 SECOND'
    AND (
      "p"."user_id" = "e"."user_id" OR (
        "p"."user_id" IS NULL AND "e"."user_id" IS NULL
      )
    )
  GROUP BY
    "e"."user_id",
    "e"."session_id",
    "e"."item_in_session",
    "e"."ts"
  HAVING
    COUNT(*) > 1
)
SELECT
  "r"."user_id" AS "user_id",
  "r"."session_id" AS "session_id",
  "r"."item_in_session" AS "item_in_session",
  "r"."ts" AS "ts",
  COUNT(*) AS "deliveries"
FROM "repeated" AS "r"
INNER JOIN "staging_events" AS "e"
  ON "r"."session_id" = "e"."session_id"
  AND "r"."item_in_session" = "e"."item_in_session"
  AND "r"."ts" = "e"."ts"
  AND (
    "r"."user_id" = "e"."user_id" OR (
      "r"."user_id" IS NULL AND "e"."user_id" IS NULL
    )
  )
GROUP BY
  "r"."user_id",
  "r"."session_id",
  "r"."item_in_session",
  "r"."ts"
HAVING
  MIN(RTRIM("e"."page")) <> MAX(RTRIM("e"."page"))
  OR MIN(COALESCE(RTRIM("e"."level"), '')) <> MAX(COALESCE(RTRIM("e"."level"), ''))
  OR MIN(COALESCE(RTRIM("e"."song"), '')) <> MAX(COALESCE(RTRIM("e"."song"), ''))
  OR MIN(COALESCE(RTRIM("e"."artist"), '')) <> MAX(COALESCE(RTRIM("e"."artist"), ''))
  OR MIN(COALESCE("e"."length", -1)) <> MAX(COALESCE("e"."length", -1))
  OR MIN(COALESCE(RTRIM("e"."location"), '')) <> MAX(COALESCE(RTRIM("e"."location"), ''))
  OR MIN(COALESCE(RTRIM("e"."user_agent"), '')) <> MAX(COALESCE(RTRIM("e"."user_agent"), ''))
  OR MIN(COALESCE(RTRIM("e"."method"), '')) <> MAX(COALESCE(RTRIM("e"."method"), ''))
  OR MIN(COALESCE("e"."status", -1)) <> MAX(COALESCE("e"."status", -1))
  OR MIN(COALESCE(RTRIM("e"."auth"), '')) <> MAX(COALESCE(RTRIM("e"."auth"), ''))
  OR MIN(COALESCE("e"."registration", -1)) <> MAX(COALESCE("e"."registration", -1));

-- page_view_id_is_unique (error): No two events have the same page_view_id, so no two plays the same songplay_id.  It is a hash of 60 bits: none is expected to meet another at 100 million events, some 40 at 10 billion.  Where two meet, nothing is lost, as nothing is found by it; join by the natural key instead.

SELECT
  "here"."page_view_id" AS "page_view_id",
  "here"."user_id" AS "user_id",
  "here"."session_id" AS "session_id",
  "here"."item_in_session" AS "item_in_session",
  "here"."event_time" AS "event_time"
FROM "page_views" AS "here"
INNER JOIN "page_views" AS "anywhere"
  ON "here"."page_view_id" = "anywhere"."page_view_id"
WHERE
  COALESCE(CAST("here"."user_id" AS VARCHAR), '') <> COALESCE(CAST("anywhere"."user_id" AS VARCHAR), '')
  OR "here"."session_id" <> "anywhere"."session_id"
  OR "here"."item_in_session" <> "anywhere"."item_in_session"
  OR "here"."event_time" <> "anywhere"."event_time";

-- page_view_id_is_unique, of two partitions

SELECT
  "here"."page_view_id" AS "page_view_id",
  "here"."user_id" AS "user_id",
  "here"."session_id" AS "session_id",
  "here"."item_in_session" AS "item_in_session",
  "here"."event_time" AS "event_time"
FROM (
  SELECT
    *
  FROM "page_views"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "here"
INNER JOIN "page_views" AS "anywhere"
  ON "here"."page_view_id" = "anywhere"."page_view_id"
WHERE
  COALESCE(CAST("here"."user_id" AS VARCHAR), '') <> COALESCE(CAST("anywhere"."user_id" AS VARCHAR), '')
  OR "here"."session_id" <> "anywhere"."session_id"
  OR "here"."item_in_session" <> "anywhere"."item_in_session"
  OR "here"."event_time" <> "anywhere"."event_time";

-- page_views_reconcile_with_events (error): Every event is a page view, however often it was delivered, and every page view is an event of its day's file.

SELECT
  CAST('an event that is no page view' AS VARCHAR(32)) AS "what",
  "delivered"."user_id" AS "user_id",
  "delivered"."session_id" AS "session_id",
  "delivered"."item_in_session" AS "item_in_session",
  CAST('epoch' AS TIMESTAMP) + "delivered"."ts" * INTERVAL '0.001 SECOND' AS "event_time",
  "delivered"."log_date" AS "log_date"
FROM "staging_events" AS "delivered"
LEFT JOIN "page_views" AS "anywhere"
  ON "delivered"."session_id" = "anywhere"."session_id"
  AND "delivered"."item_in_session" = "anywhere"."item_in_session"
  AND CAST('epoch' AS TIMESTAMP) + "delivered"."ts" * INTERVAL '0.001 SECOND' = "anywhere"."event_time"
  AND (
    "delivered"."user_id" = "anywhere"."user_id" OR (
      "delivered"."user_id" IS NULL AND "anywhere"."user_id" IS NULL
    )
  )
WHERE
  "anywhere"."session_id" IS NULL
UNION ALL
SELECT
  CAST('a page view that is no event' AS VARCHAR(32)) AS "what",
  "p"."user_id" AS "user_id",
  "p"."session_id" AS "session_id",
  "p"."item_in_session" AS "item_in_session",
  "p"."event_time" AS "event_time",
  "p"."log_date" AS "log_date"
FROM "page_views" AS "p"
LEFT JOIN "staging_events" AS "e"
  ON "p"."log_date" = "e"."log_date"
  AND "p"."session_id" = "e"."session_id"
  AND "p"."item_in_session" = "e"."item_in_session"
  AND "p"."event_time" = CAST('epoch' AS TIMESTAMP) + "e"."ts" * INTERVAL '0.001 SECOND'
  AND (
    "p"."user_id" = "e"."user_id" OR (
      "p"."user_id" IS NULL AND "e"."user_id" IS NULL
    )
  )
WHERE
  "e"."session_id" IS NULL;

-- page_views_reconcile_with_events, of two partitions

SELECT
  CAST('an event that is no page view' AS VARCHAR(32)) AS "what",
  "delivered"."user_id" AS "user_id",
  "delivered"."session_id" AS "session_id",
  "delivered"."item_in_session" AS "item_in_session",
  CAST('epoch' AS TIMESTAMP) + "delivered"."ts" * INTERVAL '0.001 SECOND' AS "event_time",
  "delivered"."log_date" AS "log_date"
FROM (
  SELECT
    *
  FROM "staging_events"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "delivered"
LEFT JOIN "page_views" AS "anywhere"
  ON "delivered"."session_id" = "anywhere"."session_id"
  AND "delivered"."item_in_session" = "anywhere"."item_in_session"
  AND CAST('epoch' AS TIMESTAMP) + "delivered"."ts" * INTERVAL '0.001 SECOND' = "anywhere"."event_time"
  AND (
    "delivered"."user_id" = "anywhere"."user_id" OR (
      "delivered"."user_id" IS NULL AND "anywhere"."user_id" IS NULL
    )
  )
WHERE
  "anywhere"."session_id" IS NULL
UNION ALL
SELECT
  CAST('a page view that is no event' AS VARCHAR(32)) AS "what",
  "p"."user_id" AS "user_id",
  "p"."session_id" AS "session_id",
  "p"."item_in_session" AS "item_in_session",
  "p"."event_time" AS "event_time",
  "p"."log_date" AS "log_date"
FROM (
  SELECT
    *
  FROM "page_views"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "p"
LEFT JOIN "staging_events" AS "e"
  ON "p"."log_date" = "e"."log_date"
  AND "p"."session_id" = "e"."session_id"
  AND "p"."item_in_session" = "e"."item_in_session"
  AND "p"."event_time" = CAST('epoch' AS TIMESTAMP) + "e"."ts" * INTERVAL '0.001 SECOND'
  AND (
    "p"."user_id" = "e"."user_id" OR (
      "p"."user_id" IS NULL AND "e"."user_id" IS NULL
    )
  )
WHERE
  "e"."session_id" IS NULL;
