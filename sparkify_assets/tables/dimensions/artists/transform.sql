-- A record with coordinates wins, then one with a location, then that of the newest song.
-- The rest of the order makes the choice the same on every engine (Redshift compares texts without trailing blanks) and at every reload.
SELECT
    RTRIM(artist_id) AS artist_id,
    artist_name AS name,
    artist_location AS location,
    artist_latitude AS latitude,
    artist_longitude AS longitude,
    song_prefix
FROM staging_songs
QUALIFY ROW_NUMBER() OVER (
    PARTITION BY RTRIM(artist_id)
    ORDER BY
        CASE WHEN artist_latitude IS NULL OR artist_longitude IS NULL THEN 1 ELSE 0 END,
        CASE WHEN NULLIF(RTRIM(artist_location), '') IS NULL THEN 1 ELSE 0 END,
        COALESCE(year, 0) DESC,
        RTRIM(song_id),
        RTRIM(artist_name),
        RTRIM(artist_location),
        artist_latitude,
        artist_longitude,
        song_prefix,
        OCTET_LENGTH(artist_name),
        OCTET_LENGTH(artist_location)
) = 1
