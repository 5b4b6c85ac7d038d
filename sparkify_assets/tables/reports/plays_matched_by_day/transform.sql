SELECT
    day,
    SUM(plays) AS plays,
    SUM(CASE WHEN song_id IS NOT NULL THEN plays ELSE 0 END) AS matched,
    SUM(CASE WHEN match_method = 'delivered names' THEN plays ELSE 0 END) AS matched_as_delivered,
    SUM(CASE WHEN name_quality = 'repaired' THEN plays ELSE 0 END) AS names_repaired,
    SUM(CASE WHEN name_quality = 'broken' THEN plays ELSE 0 END) AS names_broken,
    CAST(SUM(CASE WHEN song_id IS NOT NULL THEN plays ELSE 0 END) AS DOUBLE PRECISION) / SUM(plays) AS share_matched
FROM song_days
GROUP BY day
