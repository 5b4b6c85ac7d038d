-- Small, joined to every play by its key, so each node keeps a copy.  A family may be part of the text plus other words.
CREATE TABLE user_agents (
    user_agent VARCHAR(1024) NOT NULL,
    browser VARCHAR(2048) NOT NULL,
    os VARCHAR(2048) NOT NULL,
    device VARCHAR(2048) NOT NULL,
    PRIMARY KEY (user_agent)
) DISTSTYLE ALL SORTKEY (user_agent);
COMMENT ON TABLE user_agents IS 'What each user agent of staging says of itself: one row a text.';
COMMENT ON COLUMN user_agents.user_agent IS 'The text as delivered, without trailing blanks.';
COMMENT ON COLUMN user_agents.browser IS 'Family of the browser (Chrome, Firefox, Mobile Safari …); Other where it cannot be told.';
COMMENT ON COLUMN user_agents.os IS 'Family of the operating system (Windows, Mac OS X, iOS …); Other where it cannot be told.';
COMMENT ON COLUMN user_agents.device IS 'Family of the device (iPhone, Mac …); Other where it cannot be told, as for most computers.';
