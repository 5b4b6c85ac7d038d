SELECT DISTINCT RTRIM(user_agent) AS user_agent FROM staging_events WHERE user_agent IS NOT NULL
