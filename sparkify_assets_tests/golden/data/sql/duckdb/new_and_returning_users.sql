-- made

CREATE TABLE "new_and_returning_users" (
  "day" DATE NOT NULL,
  "new_users" BIGINT,
  "returning_users" BIGINT
);
COMMENT ON TABLE "new_and_returning_users" IS 'Users who played on a day (UTC): those for whom it is the first day of all, and those who had played on an earlier one; a day without a play has no row.';
COMMENT ON COLUMN "new_and_returning_users"."day" IS 'Day on which they played, UTC.';
COMMENT ON COLUMN "new_and_returning_users"."new_users" IS 'Users who had never played before that day, as far as the logs go back.';
COMMENT ON COLUMN "new_and_returning_users"."returning_users" IS 'Users who had played on an earlier day.';

-- rebuilt

DELETE FROM "new_and_returning_users";

INSERT INTO "new_and_returning_users" (
  "day",
  "new_users",
  "returning_users"
)
SELECT
  "days"."day" AS "day",
  SUM(CASE WHEN "days"."day" = "days"."first_day" THEN 1 ELSE 0 END) AS "new_users",
  SUM(CASE WHEN "days"."day" > "days"."first_day" THEN 1 ELSE 0 END) AS "returning_users"
FROM (
  SELECT
    "session_hours"."user_id" AS "user_id",
    "session_hours"."day" AS "day",
    MIN("session_hours"."day") OVER (PARTITION BY "session_hours"."user_id") AS "first_day"
  FROM "session_hours" AS "session_hours"
  GROUP BY
    "session_hours"."user_id",
    "session_hours"."day"
) AS "days"
GROUP BY
  "days"."day";
