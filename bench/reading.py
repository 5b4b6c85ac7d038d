"""Ways to read many files of one record each, which is how the song catalogue comes.  One way a process:

    python -m bench.reading WAY FOLDER OUT

What they show is why sparkify_assets/warehouse/duckdb/input_files.py joins small files before DuckDB sees them.
"""

import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb  # imported where it is used: joining needs none

Columns = dict[str, str]

SONGS: Columns = {
    **dict.fromkeys(("artist_id", "artist_location", "artist_name", "song_id", "title"), "VARCHAR"),
    **dict.fromkeys(("artist_latitude", "artist_longitude", "duration"), "DOUBLE"),
    **dict.fromkeys(("num_songs", "year"), "INTEGER"),
}
EVENTS: Columns = {
    **dict.fromkeys(("artist", "auth", "firstName", "gender", "lastName", "level", "location", "method"), "VARCHAR"),
    **dict.fromkeys(("page", "song", "userAgent", "userId"), "VARCHAR"),
    **dict.fromkeys(("length", "registration"), "DOUBLE"),
    **dict.fromkeys(("itemInSession", "sessionId", "status"), "INTEGER"),
    "ts": "BIGINT",
}


def files_below(folder: Path) -> list[str]:
    return sorted(f"{place}/{name}" for place, _, names in os.walk(folder) for name in names if name.endswith((".json", ".json.gz")))


def content(path: str) -> bytes:
    file = os.open(path, os.O_RDONLY)
    try:
        chunks = []
        while chunk := os.read(file, 1 << 20):
            chunks.append(chunk)
        return b"".join(chunks)
    finally:
        os.close(file)


def join(paths: Sequence[str], target: Path, threads: int = 1) -> Path:
    """All files one after another in a single one, each ending its line."""
    with ThreadPoolExecutor(threads) as pool, target.open("wb") as out:
        for data in map(content, paths) if threads == 1 else pool.map(content, paths):
            out.write(data + b"\n")
    return target


def read(connection: "duckdb.DuckDBPyConnection", table: str, paths: Sequence[str], columns: Columns) -> None:
    """A table of every record, its columns declared: inferring them would read everything twice."""
    connection.execute(
        f"CREATE TABLE {table} AS SELECT * FROM read_json(?, format = 'newline_delimited', columns = {columns})", [list(paths)]
    )


def _read_into(out: Path, paths: Sequence[str], threads: int | None = None) -> None:
    import duckdb

    with duckdb.connect(out / "songs.duckdb", config={"threads": threads} if threads else {}) as connection:
        read(connection, "staging_songs", paths, SONGS)


Way = Callable[[Sequence[str], Path], object]

WAYS: dict[str, Way] = {
    "joined in Python, 1 thread": lambda paths, out: join(paths, out / "joined.json"),
    "joined in Python, 8 threads": lambda paths, out: join(paths, out / "joined.json", threads=8),
    "joined, 1 thread, then read by DuckDB": lambda paths, out: _read_into(out, [str(join(paths, out / "joined.json"))]),
    "read by DuckDB one by one, 1 thread": lambda paths, out: _read_into(out, paths, threads=1),
    "read by DuckDB one by one, all threads": lambda paths, out: _read_into(out, paths),
}
SLOW = [way for way in WAYS if "one by one" in way]


if __name__ == "__main__":
    WAYS[sys.argv[1]](files_below(Path(sys.argv[2])), Path(sys.argv[3]))
