-- auth_accepted_values (warning): auth is Logged In, Logged Out, Cancelled, Guest, or null.

SELECT
  "staging_events"."auth" AS "auth",
  "staging_events"."artist" AS "artist",
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
  NOT RTRIM("staging_events"."auth", ' ') IN ('Logged In', 'Logged Out', 'Cancelled', 'Guest');

-- auth_accepted_values, of two partitions

SELECT
  "staging_events"."auth" AS "auth",
  "staging_events"."artist" AS "artist",
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
  NOT RTRIM("staging_events"."auth", ' ') IN ('Logged In', 'Logged Out', 'Cancelled', 'Guest');

-- gender_accepted_values (warning): gender is F, M, or null.

SELECT
  "staging_events"."gender" AS "gender",
  "staging_events"."artist" AS "artist",
  "staging_events"."auth" AS "auth",
  "staging_events"."first_name" AS "first_name",
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
  NOT RTRIM("staging_events"."gender", ' ') IN ('F', 'M');

-- gender_accepted_values, of two partitions

SELECT
  "staging_events"."gender" AS "gender",
  "staging_events"."artist" AS "artist",
  "staging_events"."auth" AS "auth",
  "staging_events"."first_name" AS "first_name",
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
  NOT RTRIM("staging_events"."gender", ' ') IN ('F', 'M');

-- level_accepted_values (warning): level is free, paid, or null.

SELECT
  "staging_events"."level" AS "level",
  "staging_events"."artist" AS "artist",
  "staging_events"."auth" AS "auth",
  "staging_events"."first_name" AS "first_name",
  "staging_events"."gender" AS "gender",
  "staging_events"."item_in_session" AS "item_in_session",
  "staging_events"."last_name" AS "last_name",
  "staging_events"."length" AS "length",
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
  NOT RTRIM("staging_events"."level", ' ') IN ('free', 'paid');

-- level_accepted_values, of two partitions

SELECT
  "staging_events"."level" AS "level",
  "staging_events"."artist" AS "artist",
  "staging_events"."auth" AS "auth",
  "staging_events"."first_name" AS "first_name",
  "staging_events"."gender" AS "gender",
  "staging_events"."item_in_session" AS "item_in_session",
  "staging_events"."last_name" AS "last_name",
  "staging_events"."length" AS "length",
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
  NOT RTRIM("staging_events"."level", ' ') IN ('free', 'paid');

-- method_accepted_values (warning): method is GET, PUT, or null.

SELECT
  "staging_events"."method" AS "method",
  "staging_events"."artist" AS "artist",
  "staging_events"."auth" AS "auth",
  "staging_events"."first_name" AS "first_name",
  "staging_events"."gender" AS "gender",
  "staging_events"."item_in_session" AS "item_in_session",
  "staging_events"."last_name" AS "last_name",
  "staging_events"."length" AS "length",
  "staging_events"."level" AS "level",
  "staging_events"."location" AS "location",
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
  NOT RTRIM("staging_events"."method", ' ') IN ('GET', 'PUT');

-- method_accepted_values, of two partitions

SELECT
  "staging_events"."method" AS "method",
  "staging_events"."artist" AS "artist",
  "staging_events"."auth" AS "auth",
  "staging_events"."first_name" AS "first_name",
  "staging_events"."gender" AS "gender",
  "staging_events"."item_in_session" AS "item_in_session",
  "staging_events"."last_name" AS "last_name",
  "staging_events"."length" AS "length",
  "staging_events"."level" AS "level",
  "staging_events"."location" AS "location",
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
  NOT RTRIM("staging_events"."method", ' ') IN ('GET', 'PUT');

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

-- registration_is_a_moment (warning): registration is a moment from 1970 to 2099, in milliseconds, or null.  Another number is kept here, and page_views.registered_at is null.

SELECT
  "staging_events"."registration" AS "registration",
  "staging_events"."user_id" AS "user_id",
  "staging_events"."session_id" AS "session_id",
  "staging_events"."item_in_session" AS "item_in_session",
  "staging_events"."ts" AS "ts"
FROM "staging_events" AS "staging_events"
WHERE
  "staging_events"."registration" < 0 OR "staging_events"."registration" > 4102444799999;

-- registration_is_a_moment, of two partitions

SELECT
  "staging_events"."registration" AS "registration",
  "staging_events"."user_id" AS "user_id",
  "staging_events"."session_id" AS "session_id",
  "staging_events"."item_in_session" AS "item_in_session",
  "staging_events"."ts" AS "ts"
FROM (
  SELECT
    *
  FROM "staging_events"
  WHERE
    "log_date" IN (CAST(? AS DATE), CAST(? AS DATE))
) AS "staging_events"
WHERE
  "staging_events"."registration" < 0 OR "staging_events"."registration" > 4102444799999;
