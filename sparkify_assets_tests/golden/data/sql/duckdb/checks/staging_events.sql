-- item_in_session_not_null (error): item_in_session is never null.

SELECT
  "staging_events"."artist" AS "artist",
  "staging_events"."auth" AS "auth",
  "staging_events"."first_name" AS "first_name",
  "staging_events"."gender" AS "gender",
  "staging_events"."item_in_session" AS "item_in_session",
  "staging_events"."last_name" AS "last_name",
  "staging_events"."length" AS "length",
  "staging_events"."level" AS "level",
  "staging_events"."location" AS "location",
  "staging_events"."method" AS "method",
  "staging_events"."page" AS "page",
  "staging_events"."registration" AS "registration",
  "staging_events"."session_id" AS "session_id",
  "staging_events"."song" AS "song",
  "staging_events"."status" AS "status",
  "staging_events"."ts" AS "ts",
  "staging_events"."user_agent" AS "user_agent",
  "staging_events"."user_id" AS "user_id",
  "staging_events"."log_date" AS "log_date"
FROM "staging_events" AS "staging_events"
WHERE
  "staging_events"."item_in_session" IS NULL;

-- item_in_session_not_null, of two partitions

SELECT
  "staging_events"."artist" AS "artist",
  "staging_events"."auth" AS "auth",
  "staging_events"."first_name" AS "first_name",
  "staging_events"."gender" AS "gender",
  "staging_events"."item_in_session" AS "item_in_session",
  "staging_events"."last_name" AS "last_name",
  "staging_events"."length" AS "length",
  "staging_events"."level" AS "level",
  "staging_events"."location" AS "location",
  "staging_events"."method" AS "method",
  "staging_events"."page" AS "page",
  "staging_events"."registration" AS "registration",
  "staging_events"."session_id" AS "session_id",
  "staging_events"."song" AS "song",
  "staging_events"."status" AS "status",
  "staging_events"."ts" AS "ts",
  "staging_events"."user_agent" AS "user_agent",
  "staging_events"."user_id" AS "user_id",
  "staging_events"."log_date" AS "log_date"
FROM (
  SELECT
    *
  FROM "staging_events"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "staging_events"
WHERE
  "staging_events"."item_in_session" IS NULL;

-- page_not_null (error): page is never null.

SELECT
  "staging_events"."artist" AS "artist",
  "staging_events"."auth" AS "auth",
  "staging_events"."first_name" AS "first_name",
  "staging_events"."gender" AS "gender",
  "staging_events"."item_in_session" AS "item_in_session",
  "staging_events"."last_name" AS "last_name",
  "staging_events"."length" AS "length",
  "staging_events"."level" AS "level",
  "staging_events"."location" AS "location",
  "staging_events"."method" AS "method",
  "staging_events"."page" AS "page",
  "staging_events"."registration" AS "registration",
  "staging_events"."session_id" AS "session_id",
  "staging_events"."song" AS "song",
  "staging_events"."status" AS "status",
  "staging_events"."ts" AS "ts",
  "staging_events"."user_agent" AS "user_agent",
  "staging_events"."user_id" AS "user_id",
  "staging_events"."log_date" AS "log_date"
FROM "staging_events" AS "staging_events"
WHERE
  "staging_events"."page" IS NULL;

-- page_not_null, of two partitions

SELECT
  "staging_events"."artist" AS "artist",
  "staging_events"."auth" AS "auth",
  "staging_events"."first_name" AS "first_name",
  "staging_events"."gender" AS "gender",
  "staging_events"."item_in_session" AS "item_in_session",
  "staging_events"."last_name" AS "last_name",
  "staging_events"."length" AS "length",
  "staging_events"."level" AS "level",
  "staging_events"."location" AS "location",
  "staging_events"."method" AS "method",
  "staging_events"."page" AS "page",
  "staging_events"."registration" AS "registration",
  "staging_events"."session_id" AS "session_id",
  "staging_events"."song" AS "song",
  "staging_events"."status" AS "status",
  "staging_events"."ts" AS "ts",
  "staging_events"."user_agent" AS "user_agent",
  "staging_events"."user_id" AS "user_id",
  "staging_events"."log_date" AS "log_date"
FROM (
  SELECT
    *
  FROM "staging_events"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "staging_events"
WHERE
  "staging_events"."page" IS NULL;

-- session_id_not_null (error): session_id is never null.

SELECT
  "staging_events"."artist" AS "artist",
  "staging_events"."auth" AS "auth",
  "staging_events"."first_name" AS "first_name",
  "staging_events"."gender" AS "gender",
  "staging_events"."item_in_session" AS "item_in_session",
  "staging_events"."last_name" AS "last_name",
  "staging_events"."length" AS "length",
  "staging_events"."level" AS "level",
  "staging_events"."location" AS "location",
  "staging_events"."method" AS "method",
  "staging_events"."page" AS "page",
  "staging_events"."registration" AS "registration",
  "staging_events"."session_id" AS "session_id",
  "staging_events"."song" AS "song",
  "staging_events"."status" AS "status",
  "staging_events"."ts" AS "ts",
  "staging_events"."user_agent" AS "user_agent",
  "staging_events"."user_id" AS "user_id",
  "staging_events"."log_date" AS "log_date"
FROM "staging_events" AS "staging_events"
WHERE
  "staging_events"."session_id" IS NULL;

-- session_id_not_null, of two partitions

SELECT
  "staging_events"."artist" AS "artist",
  "staging_events"."auth" AS "auth",
  "staging_events"."first_name" AS "first_name",
  "staging_events"."gender" AS "gender",
  "staging_events"."item_in_session" AS "item_in_session",
  "staging_events"."last_name" AS "last_name",
  "staging_events"."length" AS "length",
  "staging_events"."level" AS "level",
  "staging_events"."location" AS "location",
  "staging_events"."method" AS "method",
  "staging_events"."page" AS "page",
  "staging_events"."registration" AS "registration",
  "staging_events"."session_id" AS "session_id",
  "staging_events"."song" AS "song",
  "staging_events"."status" AS "status",
  "staging_events"."ts" AS "ts",
  "staging_events"."user_agent" AS "user_agent",
  "staging_events"."user_id" AS "user_id",
  "staging_events"."log_date" AS "log_date"
FROM (
  SELECT
    *
  FROM "staging_events"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "staging_events"
WHERE
  "staging_events"."session_id" IS NULL;

-- ts_not_null (error): ts is never null.

SELECT
  "staging_events"."artist" AS "artist",
  "staging_events"."auth" AS "auth",
  "staging_events"."first_name" AS "first_name",
  "staging_events"."gender" AS "gender",
  "staging_events"."item_in_session" AS "item_in_session",
  "staging_events"."last_name" AS "last_name",
  "staging_events"."length" AS "length",
  "staging_events"."level" AS "level",
  "staging_events"."location" AS "location",
  "staging_events"."method" AS "method",
  "staging_events"."page" AS "page",
  "staging_events"."registration" AS "registration",
  "staging_events"."session_id" AS "session_id",
  "staging_events"."song" AS "song",
  "staging_events"."status" AS "status",
  "staging_events"."ts" AS "ts",
  "staging_events"."user_agent" AS "user_agent",
  "staging_events"."user_id" AS "user_id",
  "staging_events"."log_date" AS "log_date"
FROM "staging_events" AS "staging_events"
WHERE
  "staging_events"."ts" IS NULL;

-- ts_not_null, of two partitions

SELECT
  "staging_events"."artist" AS "artist",
  "staging_events"."auth" AS "auth",
  "staging_events"."first_name" AS "first_name",
  "staging_events"."gender" AS "gender",
  "staging_events"."item_in_session" AS "item_in_session",
  "staging_events"."last_name" AS "last_name",
  "staging_events"."length" AS "length",
  "staging_events"."level" AS "level",
  "staging_events"."location" AS "location",
  "staging_events"."method" AS "method",
  "staging_events"."page" AS "page",
  "staging_events"."registration" AS "registration",
  "staging_events"."session_id" AS "session_id",
  "staging_events"."song" AS "song",
  "staging_events"."status" AS "status",
  "staging_events"."ts" AS "ts",
  "staging_events"."user_agent" AS "user_agent",
  "staging_events"."user_id" AS "user_id",
  "staging_events"."log_date" AS "log_date"
FROM (
  SELECT
    *
  FROM "staging_events"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "staging_events"
WHERE
  "staging_events"."ts" IS NULL;

-- log_date_not_null (error): log_date is never null.

SELECT
  "staging_events"."artist" AS "artist",
  "staging_events"."auth" AS "auth",
  "staging_events"."first_name" AS "first_name",
  "staging_events"."gender" AS "gender",
  "staging_events"."item_in_session" AS "item_in_session",
  "staging_events"."last_name" AS "last_name",
  "staging_events"."length" AS "length",
  "staging_events"."level" AS "level",
  "staging_events"."location" AS "location",
  "staging_events"."method" AS "method",
  "staging_events"."page" AS "page",
  "staging_events"."registration" AS "registration",
  "staging_events"."session_id" AS "session_id",
  "staging_events"."song" AS "song",
  "staging_events"."status" AS "status",
  "staging_events"."ts" AS "ts",
  "staging_events"."user_agent" AS "user_agent",
  "staging_events"."user_id" AS "user_id",
  "staging_events"."log_date" AS "log_date"
FROM "staging_events" AS "staging_events"
WHERE
  "staging_events"."log_date" IS NULL;

-- log_date_not_null, of two partitions

SELECT
  "staging_events"."artist" AS "artist",
  "staging_events"."auth" AS "auth",
  "staging_events"."first_name" AS "first_name",
  "staging_events"."gender" AS "gender",
  "staging_events"."item_in_session" AS "item_in_session",
  "staging_events"."last_name" AS "last_name",
  "staging_events"."length" AS "length",
  "staging_events"."level" AS "level",
  "staging_events"."location" AS "location",
  "staging_events"."method" AS "method",
  "staging_events"."page" AS "page",
  "staging_events"."registration" AS "registration",
  "staging_events"."session_id" AS "session_id",
  "staging_events"."song" AS "song",
  "staging_events"."status" AS "status",
  "staging_events"."ts" AS "ts",
  "staging_events"."user_agent" AS "user_agent",
  "staging_events"."user_id" AS "user_id",
  "staging_events"."log_date" AS "log_date"
FROM (
  SELECT
    *
  FROM "staging_events"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "staging_events"
WHERE
  "staging_events"."log_date" IS NULL;

-- text_length_within_limit (error): No text is longer, in bytes, than its column says.

SELECT
  "staging_events"."artist" AS "artist",
  "staging_events"."auth" AS "auth",
  "staging_events"."first_name" AS "first_name",
  "staging_events"."gender" AS "gender",
  "staging_events"."item_in_session" AS "item_in_session",
  "staging_events"."last_name" AS "last_name",
  "staging_events"."length" AS "length",
  "staging_events"."level" AS "level",
  "staging_events"."location" AS "location",
  "staging_events"."method" AS "method",
  "staging_events"."page" AS "page",
  "staging_events"."registration" AS "registration",
  "staging_events"."session_id" AS "session_id",
  "staging_events"."song" AS "song",
  "staging_events"."status" AS "status",
  "staging_events"."ts" AS "ts",
  "staging_events"."user_agent" AS "user_agent",
  "staging_events"."user_id" AS "user_id",
  "staging_events"."log_date" AS "log_date"
FROM "staging_events" AS "staging_events"
WHERE
  STRLEN("staging_events"."artist") > 1024
  OR STRLEN("staging_events"."auth") > 32
  OR STRLEN("staging_events"."first_name") > 256
  OR STRLEN("staging_events"."gender") > 8
  OR STRLEN("staging_events"."last_name") > 256
  OR STRLEN("staging_events"."level") > 16
  OR STRLEN("staging_events"."location") > 512
  OR STRLEN("staging_events"."method") > 16
  OR STRLEN("staging_events"."page") > 64
  OR STRLEN("staging_events"."song") > 1024
  OR STRLEN("staging_events"."user_agent") > 1024;

-- text_length_within_limit, of two partitions

SELECT
  "staging_events"."artist" AS "artist",
  "staging_events"."auth" AS "auth",
  "staging_events"."first_name" AS "first_name",
  "staging_events"."gender" AS "gender",
  "staging_events"."item_in_session" AS "item_in_session",
  "staging_events"."last_name" AS "last_name",
  "staging_events"."length" AS "length",
  "staging_events"."level" AS "level",
  "staging_events"."location" AS "location",
  "staging_events"."method" AS "method",
  "staging_events"."page" AS "page",
  "staging_events"."registration" AS "registration",
  "staging_events"."session_id" AS "session_id",
  "staging_events"."song" AS "song",
  "staging_events"."status" AS "status",
  "staging_events"."ts" AS "ts",
  "staging_events"."user_agent" AS "user_agent",
  "staging_events"."user_id" AS "user_id",
  "staging_events"."log_date" AS "log_date"
FROM (
  SELECT
    *
  FROM "staging_events"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "staging_events"
WHERE
  STRLEN("staging_events"."artist") > 1024
  OR STRLEN("staging_events"."auth") > 32
  OR STRLEN("staging_events"."first_name") > 256
  OR STRLEN("staging_events"."gender") > 8
  OR STRLEN("staging_events"."last_name") > 256
  OR STRLEN("staging_events"."level") > 16
  OR STRLEN("staging_events"."location") > 512
  OR STRLEN("staging_events"."method") > 16
  OR STRLEN("staging_events"."page") > 64
  OR STRLEN("staging_events"."song") > 1024
  OR STRLEN("staging_events"."user_agent") > 1024;

-- auth_accepted_values (warning): A user is Logged In, Logged Out, Cancelled or a Guest.

SELECT
  "staging_events"."auth" AS "auth",
  "staging_events"."user_id" AS "user_id",
  "staging_events"."session_id" AS "session_id",
  "staging_events"."item_in_session" AS "item_in_session",
  "staging_events"."log_date" AS "log_date"
FROM "staging_events" AS "staging_events"
WHERE
  NOT "staging_events"."auth" IN ('Logged In', 'Logged Out', 'Cancelled', 'Guest');

-- auth_accepted_values, of two partitions

SELECT
  "staging_events"."auth" AS "auth",
  "staging_events"."user_id" AS "user_id",
  "staging_events"."session_id" AS "session_id",
  "staging_events"."item_in_session" AS "item_in_session",
  "staging_events"."log_date" AS "log_date"
FROM (
  SELECT
    *
  FROM "staging_events"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "staging_events"
WHERE
  NOT "staging_events"."auth" IN ('Logged In', 'Logged Out', 'Cancelled', 'Guest');

-- event_date_matches_partition (warning): An event lies in the file of the day on which it happened (UTC).

SELECT
  "staging_events"."session_id" AS "session_id",
  "staging_events"."item_in_session" AS "item_in_session",
  EPOCH_MS("staging_events"."ts") AS "happened",
  "staging_events"."log_date" AS "log_date"
FROM "staging_events" AS "staging_events"
WHERE
  CAST(EPOCH_MS("staging_events"."ts") AS DATE) <> "staging_events"."log_date";

-- event_date_matches_partition, of two partitions

SELECT
  "staging_events"."session_id" AS "session_id",
  "staging_events"."item_in_session" AS "item_in_session",
  EPOCH_MS("staging_events"."ts") AS "happened",
  "staging_events"."log_date" AS "log_date"
FROM (
  SELECT
    *
  FROM "staging_events"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "staging_events"
WHERE
  CAST(EPOCH_MS("staging_events"."ts") AS DATE) <> "staging_events"."log_date";

-- gender_accepted_values (warning): Users register as F or M; nobody is known when logged out.

SELECT
  "staging_events"."gender" AS "gender",
  "staging_events"."user_id" AS "user_id",
  "staging_events"."session_id" AS "session_id",
  "staging_events"."item_in_session" AS "item_in_session",
  "staging_events"."log_date" AS "log_date"
FROM "staging_events" AS "staging_events"
WHERE
  NOT "staging_events"."gender" IN ('F', 'M');

-- gender_accepted_values, of two partitions

SELECT
  "staging_events"."gender" AS "gender",
  "staging_events"."user_id" AS "user_id",
  "staging_events"."session_id" AS "session_id",
  "staging_events"."item_in_session" AS "item_in_session",
  "staging_events"."log_date" AS "log_date"
FROM (
  SELECT
    *
  FROM "staging_events"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "staging_events"
WHERE
  NOT "staging_events"."gender" IN ('F', 'M');

-- level_accepted_values (warning): The app knows two subscriptions.

SELECT
  "staging_events"."level" AS "level",
  "staging_events"."user_id" AS "user_id",
  "staging_events"."session_id" AS "session_id",
  "staging_events"."item_in_session" AS "item_in_session",
  "staging_events"."log_date" AS "log_date"
FROM "staging_events" AS "staging_events"
WHERE
  NOT "staging_events"."level" IN ('free', 'paid');

-- level_accepted_values, of two partitions

SELECT
  "staging_events"."level" AS "level",
  "staging_events"."user_id" AS "user_id",
  "staging_events"."session_id" AS "session_id",
  "staging_events"."item_in_session" AS "item_in_session",
  "staging_events"."log_date" AS "log_date"
FROM (
  SELECT
    *
  FROM "staging_events"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "staging_events"
WHERE
  NOT "staging_events"."level" IN ('free', 'paid');

-- method_accepted_values (warning): The app asks by GET and tells by PUT.

SELECT
  "staging_events"."method" AS "method",
  "staging_events"."page" AS "page",
  "staging_events"."session_id" AS "session_id",
  "staging_events"."item_in_session" AS "item_in_session",
  "staging_events"."log_date" AS "log_date"
FROM "staging_events" AS "staging_events"
WHERE
  NOT "staging_events"."method" IN ('GET', 'PUT');

-- method_accepted_values, of two partitions

SELECT
  "staging_events"."method" AS "method",
  "staging_events"."page" AS "page",
  "staging_events"."session_id" AS "session_id",
  "staging_events"."item_in_session" AS "item_in_session",
  "staging_events"."log_date" AS "log_date"
FROM (
  SELECT
    *
  FROM "staging_events"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "staging_events"
WHERE
  NOT "staging_events"."method" IN ('GET', 'PUT');
