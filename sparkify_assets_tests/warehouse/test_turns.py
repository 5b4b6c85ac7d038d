"""Several processes at one warehouse, really several: they wait for one another, say so, and none loses anything."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from sparkify_assets.errors import WarehouseError
from sparkify_assets.model import load_catalog
from sparkify_assets.warehouse.duckdb import DuckDBWarehouse
from sparkify_assets.warehouse.duckdb import warehouse as duckdb_warehouse
from sparkify_assets_tests.support import LakeDirectory, event, load_all, mentions, raises, tables

pytestmark = pytest.mark.integration

PROJECT = Path(__file__).parents[2]
OURS = """
import sys, time
from pathlib import Path
from sparkify_assets.model import load_catalog
from sparkify_assets.warehouse.duckdb import DuckDBWarehouse
with DuckDBWarehouse(Path(sys.argv[1]), load_catalog()).session() as session:
    print("in", flush=True)
    time.sleep(float(sys.argv[2]))
"""
THEIRS = """
import sys, time, duckdb
with duckdb.connect(sys.argv[1]):
    print("in", flush=True)
    time.sleep(float(sys.argv[2]))
"""
ONE_ROW = "INSERT INTO time VALUES ('2018-11-01', 0, 1, 44, 11, 2018, 4, '2018-11-01')"
KILLED = """
import os, signal, sys, tempfile
from pathlib import Path
from sparkify_assets.model import load_catalog
from sparkify_assets.warehouse.duckdb import DuckDBWarehouse
from sparkify_assets.warehouse.load_metadata import LoadMetadata
from sparkify_assets_tests.support import load_all
tempfile.tempdir = str(Path(sys.argv[1]).parent)  # what it leaves there goes with the test
LoadMetadata.record_load = lambda *args: os.kill(os.getpid(), signal.SIGKILL)  # in the transaction: rows are replaced, not recorded
load_all(DuckDBWarehouse(Path(sys.argv[1]), load_catalog()), Path(sys.argv[2]))
"""


def python(script: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(PROJECT)})


@contextmanager
def holding(script: str, path: Path, seconds: float) -> Iterator[int]:
    """Another process that has the warehouse open; its pid."""
    process = python(script, path, seconds)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "in\n"
        yield process.pid
    finally:
        process.kill()
        process.communicate()


def can_open(path: Path) -> bool:
    """Whether another program, which knows DuckDB's lock only, can open the warehouse now."""
    process = python(THEIRS.replace("\nwith", "\nsys.stderr = sys.stdout\nwith"), path, 0)
    output, _ = process.communicate(timeout=60)
    assert output == "in\n" or "Could not set lock" in output, output
    return output == "in\n"


@pytest.mark.parametrize("script", [OURS, THEIRS], ids=["one of ours", "a program that knows DuckDB's lock only"])
def test_a_writer_waits_its_turn_and_says_for_whom(script: str, tmp_path: Path) -> None:
    path, told = tmp_path / "warehouse.duckdb", list[str]()
    warehouse = DuckDBWarehouse(path, load_catalog(), told.append)
    warehouse.reset()
    with holding(script, path, 1.6) as pid, warehouse.session() as session:
        assert session.queries.row_count(load_catalog()["users"]) == 0
    assert len(told) == 1
    mentions(told[0], path.name, pid)


@pytest.mark.parametrize("script", [OURS, THEIRS], ids=["one of ours", "a program that knows DuckDB's lock only"])
def test_a_reader_waits_for_a_writer(script: str, tmp_path: Path) -> None:
    path, told = tmp_path / "warehouse.duckdb", list[str]()
    warehouse = DuckDBWarehouse(path, load_catalog(), told.append)
    warehouse.reset()
    with holding(script, path, 1.6):
        assert warehouse.query("SELECT COUNT(*) AS n FROM users").to_frame()["n"].tolist() == [0]
    assert len(told) == 1


def test_a_writer_waits_for_a_reader_and_readers_for_nobody(tmp_path: Path) -> None:
    path, told = tmp_path / "warehouse.duckdb", list[str]()
    warehouse = DuckDBWarehouse(path, load_catalog(), told.append)
    warehouse.reset()
    warehouse.query("SELECT 1").to_frame()  # which imports what it takes
    with holding(THEIRS.replace("connect(sys.argv[1])", "connect(sys.argv[1], read_only=True)"), path, 2.0):
        assert warehouse.query("SELECT COUNT(*) AS n FROM users").to_frame()["n"].tolist() == [0]
        assert told == []
        warehouse.reset()
    assert len(told) == 1


def test_nobody_waits_when_nobody_writes(tmp_path: Path) -> None:
    warehouse = DuckDBWarehouse(tmp_path / "warehouse.duckdb", load_catalog(), on_wait=pytest.fail)
    begun = time.monotonic()
    for _ in range(3):
        warehouse.reset()
    with warehouse.session():
        pass
    assert time.monotonic() - begun < 30  # no figure to be proud of: that it does not hang


@pytest.mark.parametrize("after", ["a read session", "a write session"])
def test_who_waits_gets_in_between_two_sessions_of_a_run(after: str, tmp_path: Path) -> None:
    path, told = tmp_path / "warehouse.duckdb", list[str]()
    warehouse = DuckDBWarehouse(path, load_catalog(), told.append)
    warehouse.reset()
    waited: list[float] = []

    def write_once() -> None:
        begun = time.monotonic()
        DuckDBWarehouse(path, load_catalog(), told.append).execute(ONE_ROW)
        waited.append(time.monotonic() - begun)

    other = threading.Thread(target=write_once)
    with warehouse.kept_open():
        with warehouse.session():
            other.start()
            time.sleep(0.3)
        end = time.monotonic() + 30
        while not waited and time.monotonic() < end:
            with warehouse.read_session() if after == "a read session" else warehouse.session() as session:
                time.sleep(0.02)
        assert waited, told
        with warehouse.read_session() as session:
            assert session.queries.row_count(load_catalog()["time"]) == 1
    other.join()
    assert waited[0] < 10, "2 s on a quiet machine"


def test_a_run_shares_the_open_file_until_it_has_no_use_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "warehouse.duckdb"
    warehouse = DuckDBWarehouse(path, load_catalog(), pytest.fail)
    monkeypatch.setattr(duckdb_warehouse, "IDLE_SECONDS", 30.0)
    with warehouse.kept_open():
        with warehouse.session():
            pass
        assert not can_open(path)
        with warehouse.read_session() as session, pytest.raises(duckdb.TransactionException, match="read-only"):
            session.sql.execute(ONE_ROW)
        with warehouse.session() as session:
            assert session.queries.row_count(load_catalog()["time"]) == 0
    assert can_open(path)
    monkeypatch.setattr(duckdb_warehouse, "IDLE_SECONDS", 0.05)
    with warehouse.kept_open():
        with warehouse.session():
            pass
        end = time.monotonic() + 30
        while not can_open(path):
            assert time.monotonic() < end


def test_a_file_that_was_removed_meanwhile_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    warehouse = DuckDBWarehouse(path, load_catalog(), pytest.fail)
    with warehouse.kept_open():
        with warehouse.session() as session:
            session.sql.execute(ONE_ROW)
        path.unlink()
        with warehouse.session() as session:
            assert session.queries.row_count(load_catalog()["time"]) == 0
            session.sql.execute(ONE_ROW)
        with warehouse.session() as session:
            assert session.queries.row_count(load_catalog()["time"]) == 1
    assert warehouse.query("SELECT COUNT(*) FROM time").rows == [(1,)]


def test_sql_that_fails_on_a_value_is_a_message_and_no_defect(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    warehouse = DuckDBWarehouse(path, load_catalog(), pytest.fail)
    for select in ("CAST(level || 'x' AS INTEGER)", "2147483647 + CAST(1 AS INTEGER)", "ERROR(level)"):
        with raises(WarehouseError, path, "undone") as error, warehouse.session() as session:
            session.sql.execute("CREATE OR REPLACE TEMPORARY TABLE given AS SELECT 'free' AS level")
            session.sql.execute(f"SELECT {select} FROM given")
        assert not error.value.is_retryable


def test_tables_that_another_process_has_changed_are_compared_with_the_catalog_again(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    warehouse = DuckDBWarehouse(path, load_catalog(), pytest.fail)
    with warehouse.session():
        pass
    with duckdb.connect(path) as other:
        other.execute("DROP TABLE popular_hours")
    with warehouse.session() as session:
        assert session.queries.row_count(load_catalog()["popular_hours"]) == 0
    warehouse.execute("DROP TABLE popular_hours")
    with warehouse.read_session() as session, pytest.raises(duckdb.CatalogException):
        session.queries.row_count(load_catalog()["popular_hours"])
    with warehouse.session() as session:
        assert session.queries.row_count(load_catalog()["popular_hours"]) == 0


def test_what_was_there_is_there_after_a_kill_in_the_middle_of_a_load(tmp_path: Path) -> None:
    path, lake = tmp_path / "warehouse.duckdb", LakeDirectory(tmp_path / "lake")
    warehouse = DuckDBWarehouse(path, load_catalog(), pytest.fail)
    lake.events("2018-11-01", [event()])
    load_all(warehouse, lake.root)
    before = tables(warehouse)
    lake.events("2018-11-01", [event(level="free"), event(itemInSession=7)])
    killed = python(KILLED, path, lake.root)
    killed.communicate(timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert tables(warehouse) == before
    load_all(warehouse, lake.root)
    assert len(tables(warehouse)["songplays"]) == 2


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda path: path.mkdir(), ""),
        (lambda path: path.write_bytes(b"not a database, but long enough to look like one" * 200), "not a valid DuckDB database file"),
    ],
    ids=["a directory", "another kind of file"],
)
def test_a_path_that_is_no_warehouse_is_one_message(make, told: str, tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    make(path)
    with raises(WarehouseError, path, told), DuckDBWarehouse(path, load_catalog(), pytest.fail).session():
        pass


AS_NOBODY = """
import os, sys
import pandas  # while it may still be read: the interpreter's folder may be root's
from pathlib import Path
from sparkify_assets.errors import WarehouseError
from sparkify_assets.model import load_catalog
from sparkify_assets.warehouse.duckdb import DuckDBWarehouse
warehouse = DuckDBWarehouse(Path(sys.argv[1]), load_catalog())
if os.geteuid() == 0:
    os.seteuid(65534)
print(len(warehouse.query("SELECT * FROM users").to_frame()))
try:
    with warehouse.session():
        pass
except WarehouseError as e:
    print(e)
"""


def test_a_warehouse_that_may_only_be_read_can_be_read() -> None:
    with tempfile.TemporaryDirectory() as folder:  # pytest's own folders are closed to other users
        path = Path(folder) / "warehouse.duckdb"
        DuckDBWarehouse(path, load_catalog()).reset()
        path.with_name("warehouse.duckdb.lock").unlink()
        path.chmod(0o444)
        path.parent.chmod(0o555)
        try:
            output, _ = python(AS_NOBODY, path).communicate(timeout=60)
        finally:
            path.parent.chmod(0o755)
    read, told = output.splitlines()
    assert read == "0"
    mentions(told, f"{path} ", f"{path}.lock", "Permission denied")


FULL = """
import resource, sys
from pathlib import Path
from sparkify_assets.errors import WarehouseError
from sparkify_assets.model import load_catalog
from sparkify_assets.warehouse.duckdb import DuckDBWarehouse
from sparkify_assets_tests.support import load_all
path, size = Path(sys.argv[1]), int(sys.argv[3])
resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
try:
    load_all(DuckDBWarehouse(path, load_catalog()), Path(sys.argv[2]))
except WarehouseError as e:
    print(e)
"""


@pytest.mark.parametrize("full", ["to the last byte", "at the first commit", "while it loads", "once staging is loaded"])
def test_a_full_disk_undoes_the_step_and_says_so(full: str, tmp_path: Path) -> None:
    """The system's limit on the size of a file stands in for the disk's: the write fails in the same place."""
    path, lake = tmp_path / "warehouse.duckdb", LakeDirectory(tmp_path / "lake")
    warehouse = DuckDBWarehouse(path, load_catalog(), pytest.fail)
    lake.events("2018-11-01", [event()])
    load_all(warehouse, lake.root)
    before = tables(warehouse)
    lake.events("2018-11-02", [event(sessionId=1000 + n, userAgent=f"agent {n} {os.urandom(480).hex()}") for n in range(4000)])
    size = path.stat().st_size
    room = {"to the last byte": 0, "at the first commit": 100_000, "while it loads": size, "once staging is loaded": size + 7_000_000}[full]
    output, _ = python(FULL, path, lake.root, room).communicate(timeout=120)
    assert str(path) in output or "TMPDIR" in output
    # what we say of the system's limit, and Python where it finds no folder
    assert any(told in output for told in ("(ulimit -f)", "No usable temporary")), output
    assert "Traceback" not in output
    after = tables(warehouse)
    if full == "once staging is loaded":
        for name, rows in {"staging_events": 4001, "user_agents": 4001, "users": 1}.items():  # steps that were done; what follows is owed
            assert len(after.pop(name)) == rows
            del before[name]
    assert after == before
    load_all(warehouse, lake.root)
    assert len(tables(warehouse)["songplays"]) == 4001


NEW_AND_FULL = """
import resource, sys
from pathlib import Path
from sparkify_assets.errors import WarehouseError
from sparkify_assets.model import load_catalog
from sparkify_assets.warehouse.duckdb import DuckDBWarehouse
size = int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
try:
    DuckDBWarehouse(Path(sys.argv[1]), load_catalog()).reset()
except WarehouseError as e:
    print(e)
"""


@pytest.mark.parametrize("room", [0, 1_000, 5_000, 10_000, 20_000])
def test_a_warehouse_that_could_not_be_made_leaves_nothing_in_its_way(room: int, tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    output, _ = python(NEW_AND_FULL, path, room).communicate(timeout=60)
    assert f"{path}" in output
    assert f"{room:,} bytes (ulimit -f)" in output
    with DuckDBWarehouse(path, load_catalog(), pytest.fail).session() as session:
        assert session.queries.row_count(load_catalog()["users"]) == 0


def test_duckdb_tells_who_holds_a_file_as_we_read_it(tmp_path: Path) -> None:
    """What duckdb.py waits for is recognised by the engine's words; another release may have others."""
    from sparkify_assets.warehouse.duckdb.warehouse import LOCKED_BY

    path = tmp_path / "x.duckdb"
    with holding(THEIRS, path, 5) as pid:
        with pytest.raises(duckdb.IOException) as error:
            duckdb.connect(path)
        held = LOCKED_BY.search(str(error.value))
        assert held is not None
        assert held[1].endswith(f"(PID {pid})")
