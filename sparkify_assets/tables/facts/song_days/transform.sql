SELECT
    CAST(start_time AS DATE) AS day,
    NULLIF(RTRIM(song), '') AS song,
    NULLIF(RTRIM(artist), '') AS artist,
    song_id,
    artist_id,
    name_quality,
    match_method,
    COUNT(*) AS plays
FROM songplays
GROUP BY CAST(start_time AS DATE), NULLIF(RTRIM(song), ''), NULLIF(RTRIM(artist), ''), song_id, artist_id, name_quality, match_method
