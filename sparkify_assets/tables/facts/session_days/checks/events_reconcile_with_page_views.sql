-- The events and plays of all rows together are those of page_views that have a user.
WITH here AS (SELECT COALESCE(SUM(events), 0) AS events, COALESCE(SUM(plays), 0) AS plays FROM session_days),

there AS (
    SELECT
        COUNT(*) AS events,
        COALESCE(SUM(CASE WHEN RTRIM(page) = 'NextSong' THEN 1 ELSE 0 END), 0) AS plays
    FROM page_views
    WHERE user_id IS NOT NULL
)

SELECT
    here.events,
    here.plays,
    there.events AS events_in_page_views,
    there.plays AS plays_in_page_views
FROM here
CROSS JOIN there
WHERE here.events <> there.events OR here.plays <> there.plays
