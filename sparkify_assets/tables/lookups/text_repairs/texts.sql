-- Names with a character beyond ASCII: no other can have been decoded wrongly, or be composed in two ways.  Which of them were,
-- lookups/text_repairs.py says.
SELECT DISTINCT RTRIM(artist) AS original_text FROM staging_events WHERE OCTET_LENGTH(artist) > LENGTH(artist)
UNION ALL
SELECT DISTINCT RTRIM(song) AS original_text FROM staging_events WHERE OCTET_LENGTH(song) > LENGTH(song)
UNION ALL
SELECT DISTINCT RTRIM(artist_name) AS original_text FROM staging_songs WHERE OCTET_LENGTH(artist_name) > LENGTH(artist_name)
UNION ALL
SELECT DISTINCT RTRIM(title) AS original_text FROM staging_songs WHERE OCTET_LENGTH(title) > LENGTH(title)
