-- Small, and no table joins it: distribution and sort order do not matter.
CREATE TABLE errors_by_day_and_page (
    day DATE NOT NULL,
    page VARCHAR(64) NOT NULL,
    errors BIGINT,
    server_errors BIGINT,
    users BIGINT,
    PRIMARY KEY (day, page)
) DISTSTYLE ALL;
COMMENT ON TABLE errors_by_day_and_page IS 'Requests of the app that failed (HTTP status 400 and above), by day (UTC) and page; where nothing failed there is no row.';
COMMENT ON COLUMN errors_by_day_and_page.day IS 'Day of the request, UTC.';
COMMENT ON COLUMN errors_by_day_and_page.page IS 'Page of the app that answered, which may be one for errors; unknown where the event does not say.';
COMMENT ON COLUMN errors_by_day_and_page.errors IS 'Requests that failed.';
COMMENT ON COLUMN errors_by_day_and_page.server_errors IS 'Of these, failures of the server: status 500 and above.';
COMMENT ON COLUMN errors_by_day_and_page.users IS 'Different users to whom it happened; requests without a user count as none.';
