-- Events, plays, sessions and seconds of all rows together are those of session_days.
WITH here AS (
    SELECT
        COALESCE(SUM(events), 0) AS events,
        COALESCE(SUM(plays), 0) AS plays,
        COALESCE(SUM(sessions), 0) AS sessions,
        COALESCE(SUM(CAST(ROUND(listened_seconds * 1000) AS BIGINT)), 0) AS listened_ms
    FROM user_days
),

there AS (
    SELECT
        COALESCE(SUM(events), 0) AS events,
        COALESCE(SUM(plays), 0) AS plays,
        COUNT(*) AS sessions,
        COALESCE(SUM(listened_ms), 0) AS listened_ms
    FROM session_days
)

SELECT
    here.events,
    here.plays,
    here.sessions,
    here.listened_ms,
    there.events AS events_of_sessions,
    there.plays AS plays_of_sessions,
    there.sessions AS sessions_there,
    there.listened_ms AS listened_ms_of_sessions
FROM here
CROSS JOIN there
WHERE
    here.events <> there.events OR here.plays <> there.plays OR here.sessions <> there.sessions
    OR here.listened_ms <> there.listened_ms
