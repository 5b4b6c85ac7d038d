-- A song lasts longer than nothing.
SELECT song_id, title, duration FROM songs WHERE duration IS NULL OR duration <= 0
