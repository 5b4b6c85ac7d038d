-- Every page view NextSong with a user is a play, and every play is such a page view of the same day's file.
-- scope: v = checked partitions
-- scope: of_play = checked partitions
SELECT
    CAST('a page view that is no play' AS VARCHAR(32)) AS what,
    v.user_id,
    v.session_id,
    v.item_in_session,
    v.event_time AS start_time,
    v.log_date
FROM page_views AS v
LEFT JOIN songplays AS p
    ON
        v.user_id = p.user_id AND v.session_id = p.session_id AND v.item_in_session = p.item_in_session
        AND v.event_time = p.start_time AND v.log_date = p.log_date
WHERE RTRIM(v.page) = 'NextSong' AND v.user_id IS NOT NULL AND p.user_id IS NULL
UNION ALL
SELECT
    CAST('a play that is no page view' AS VARCHAR(32)) AS what,
    p.user_id,
    p.session_id,
    p.item_in_session,
    p.start_time,
    p.log_date
FROM songplays AS p
LEFT JOIN page_views AS of_play
    ON
        p.user_id = of_play.user_id AND p.session_id = of_play.session_id AND p.item_in_session = of_play.item_in_session
        AND p.start_time = of_play.event_time AND p.log_date = of_play.log_date AND RTRIM(of_play.page) = 'NextSong'
WHERE of_play.session_id IS NULL
