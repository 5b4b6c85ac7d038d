-- Names with a character beyond ASCII: no other name can be decoded wrongly or have two compositions.  lookup.py determines which of
-- them were.
SELECT DISTINCT RTRIM(artist) AS original_text FROM staging_events WHERE OCTET_LENGTH(artist) > LENGTH(artist)
UNION ALL
SELECT DISTINCT RTRIM(song) AS original_text FROM staging_events WHERE OCTET_LENGTH(song) > LENGTH(song)
UNION ALL
SELECT DISTINCT RTRIM(artist_name) AS original_text FROM staging_songs WHERE OCTET_LENGTH(artist_name) > LENGTH(artist_name)
UNION ALL
SELECT DISTINCT RTRIM(title) AS original_text FROM staging_songs WHERE OCTET_LENGTH(title) > LENGTH(title)
