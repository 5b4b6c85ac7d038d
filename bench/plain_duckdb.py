"""The limit: the same tables by plain DuckDB in one process, with no orchestration, no checks, no ledger and no judging of records.

    python -m bench.plain_duckdb LAKE DATABASE

The song files are joined in Python first, since DuckDB reads a hundred thousand tiny files far more slowly (see reading.py).
Left out on purpose, since a script would not do it: one row for an event that was delivered twice, trailing blanks,
audit columns, names that arrive broken, and all reports but two.
"""

import sys
import tempfile
from pathlib import Path

import duckdb

from bench.reading import EVENTS, SONGS, files_below, join, read

TABLES = {
    "songs": """
        SELECT song_id, first(title) AS title, first(artist_id) AS artist_id, first(year) AS year, first(duration) AS duration
        FROM staging_songs GROUP BY song_id""",
    "artists": """
        SELECT artist_id, min(artist_name) AS name, max(artist_location) AS location, max(artist_latitude) AS latitude,
            max(artist_longitude) AS longitude
        FROM staging_songs GROUP BY artist_id""",
    "users": """
        SELECT CAST(userId AS INTEGER) AS user_id, arg_max(firstName, ts) AS first_name, arg_max(lastName, ts) AS last_name,
            arg_max(gender, ts) AS gender, arg_max(level, ts) AS level
        FROM staging_events WHERE page = 'NextSong' AND userId <> '' GROUP BY userId""",
    # several songs of one title and artist: the nearest duration, then the smallest song_id
    "songplays": """
        SELECT CAST('0x' || left(md5(concat_ws('|', e.userId, e.sessionId, e.itemInSession, e.ts)), 15) AS BIGINT) AS songplay_id,
            make_timestamp(e.ts * 1000) AS start_time,
            CAST(e.userId AS INTEGER) AS user_id, e.level, s.song_id, s.artist_id, e.sessionId AS session_id, e.location,
            e.userAgent AS user_agent, CASE WHEN s.song_id IS NOT NULL THEN 'delivered names' END AS match_method
        FROM staging_events AS e
        LEFT JOIN LATERAL (
            SELECT song_id, artist_id FROM staging_songs WHERE title = e.song AND artist_name = e.artist
            ORDER BY abs(duration - e.length), song_id LIMIT 1
        ) AS s ON true
        WHERE e.page = 'NextSong' AND e.userId <> ''""",
    "time": """
        SELECT start_time, hour(start_time) AS hour, day(start_time) AS day, week(start_time) AS week, month(start_time) AS month,
            year(start_time) AS year, dayofweek(start_time) AS weekday
        FROM (SELECT DISTINCT start_time FROM songplays)""",
    "most_active_users": """
        SELECT u.first_name, u.last_name, count(*) AS plays FROM songplays JOIN users AS u USING (user_id)
        GROUP BY u.user_id, u.first_name, u.last_name ORDER BY plays DESC, u.user_id LIMIT 5""",
    "popular_hours": "SELECT hour(start_time) AS hour, count(*) AS plays FROM songplays GROUP BY ALL ORDER BY plays DESC, hour",
}


def main(lake: Path, database: Path) -> None:
    database.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as folder, duckdb.connect(database) as connection:
        connection.execute("SET preserve_insertion_order = false")
        songs = join(files_below(lake / "song_data"), Path(folder, "songs.json"))
        read(connection, "staging_songs", [str(songs)], SONGS)
        read(connection, "staging_events", files_below(lake / "log_data"), EVENTS)
        for name, select in TABLES.items():
            connection.execute(f"CREATE TABLE {name} AS {select}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
