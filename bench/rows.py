"""What a warehouse holds, as JSON, to compare two of them.  A process of its own, so that the one that measures stays small.

python -m bench.rows DATABASE
"""

import json
import sys

import duckdb

TABLES = ("staging_events", "staging_songs", "songplays", "users", "songs", "artists", "time", "most_active_users", "popular_hours")


def main(database: str) -> None:
    with duckdb.connect(database, read_only=True) as connection:
        counts = {table: f"SELECT count(*) FROM {table}" for table in TABLES}
        found_their_song = "FROM songplays WHERE match_method = 'delivered names'"  # plain SQL repairs none
        counts["plays that found their song"] = f"SELECT count(*) {found_their_song}"
        counts["songs found, as a checksum"] = f"SELECT CAST(sum(hash(song_id)) AS VARCHAR) {found_their_song}"
        found = {what: (connection.execute(query).fetchone() or (None,))[0] for what, query in counts.items()}
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1])
