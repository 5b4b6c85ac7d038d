SELECT
    CAST(start_time AS DATE) AS day,
    COUNT(*) AS plays,
    COUNT(song_id) AS matched,
    SUM(CASE WHEN match_method = 'delivered names' THEN 1 ELSE 0 END) AS matched_as_delivered,
    SUM(CASE WHEN name_quality = 'repaired' THEN 1 ELSE 0 END) AS names_repaired,
    SUM(CASE WHEN name_quality = 'broken' THEN 1 ELSE 0 END) AS names_broken,
    CAST(COUNT(song_id) AS DOUBLE PRECISION) / COUNT(*) AS share_matched
FROM songplays
GROUP BY CAST(start_time AS DATE)
