-- Small, and no table joins it: distribution and sort order do not matter.
CREATE TABLE plays_by_browser (
    browser VARCHAR(2048) NOT NULL,
    os VARCHAR(2048) NOT NULL,
    device VARCHAR(2048) NOT NULL,
    plays BIGINT,
    users BIGINT,
    PRIMARY KEY (browser, os, device)
) DISTSTYLE ALL;
COMMENT ON TABLE plays_by_browser IS 'Plays by browser, operating system and device, as the user agent tells them (ua-parser), all days together.';
COMMENT ON COLUMN plays_by_browser.browser IS 'Family of the browser; Other where the user agent does not tell, unknown where there is none.';
COMMENT ON COLUMN plays_by_browser.os IS 'Family of the operating system; likewise.';
COMMENT ON COLUMN plays_by_browser.device IS 'Family of the device; likewise.';
COMMENT ON COLUMN plays_by_browser.plays IS 'Songs played with it.';
COMMENT ON COLUMN plays_by_browser.users IS 'Different users who played them.';
