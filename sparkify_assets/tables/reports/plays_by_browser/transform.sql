SELECT
    COALESCE(a.browser, 'unknown') AS browser,
    COALESCE(a.os, 'unknown') AS os,
    COALESCE(a.device, 'unknown') AS device,
    SUM(p.plays) AS plays,
    COUNT(DISTINCT p.user_id) AS users
FROM (SELECT user_agent, user_id, SUM(plays) AS plays FROM session_hours GROUP BY user_agent, user_id) AS p
LEFT JOIN user_agents AS a ON p.user_agent = a.user_agent
GROUP BY COALESCE(a.browser, 'unknown'), COALESCE(a.os, 'unknown'), COALESCE(a.device, 'unknown')
