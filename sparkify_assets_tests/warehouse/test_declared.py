"""A warehouse whose tables an older table.sql made: columns added since are added; a table that differs otherwise is blocked, alone, until
it is rebuilt."""

import shutil
from pathlib import Path

import duckdb
import pytest

from sparkify_assets import tables as rooms
from sparkify_assets.errors import WarehouseError
from sparkify_assets.model import Catalog, load_catalog
from sparkify_assets.model.transpile import create_statements
from sparkify_assets.warehouse import Warehouse, schema_sync
from sparkify_assets.warehouse.duckdb import DuckDBWarehouse
from sparkify_assets.warehouse.load_metadata import LoadMetadata
from sparkify_assets.warehouse.redshift import RedshiftWarehouse
from sparkify_assets_tests.support import ENGINES, LakeDirectory, event, load_all, mentions, opened_warehouse, raises, tables

pytestmark = pytest.mark.integration

USERS = "dimensions/users"


@pytest.fixture
def loaded(tmp_path: Path) -> DuckDBWarehouse:
    """Made by today's table.sql, with a play in it."""
    warehouse = DuckDBWarehouse(tmp_path / "warehouse.duckdb", load_catalog(), pytest.fail)
    LakeDirectory(tmp_path / "lake").events("2018-11-01", [event()])
    load_all(warehouse, tmp_path / "lake")
    return warehouse


def changed(tmp_path: Path, *changes: tuple[str, str, str]) -> Catalog:
    """The catalogue with (file, old, new) replaced in a copy of its folders."""
    root = Path(shutil.copytree(Path(rooms.__file__).parent, tmp_path / "tables"))
    for file, old, new in changes:
        text = (root / file).read_text(encoding="utf-8")
        assert old in text
        (root / file).write_text(text.replace(old, new), encoding="utf-8")
    return load_catalog(root)


def refusal(loaded: DuckDBWarehouse, catalog: Catalog) -> str:
    """What a session says that makes users anew, where tables are not rebuilt by themselves; nothing is changed."""
    before = tables(loaded)
    warehouse = DuckDBWarehouse(loaded.path, catalog, pytest.fail, refresh_changed=False)
    with warehouse.session() as session:
        session.refresher.rebuild(catalog["artists"])
        with raises(WarehouseError, "`sparkify rebuild users`", "table.sql") as error:
            session.refresher.rebuild(catalog["users"])
        with raises(WarehouseError, "`sparkify rebuild users`"):
            session.refresher.rebuild(catalog["most_active_users"])
        with raises(WarehouseError, "`sparkify rebuild users`"):
            (check,) = (c for c in catalog.checks["songplays"] if c.name == "user_id_references_users")
            session.queries.failing_rows(check, catalog["songplays"])
    assert warehouse.blocked().keys() == {"users"}
    assert tables(loaded) == before
    return str(error.value)


def check_that_a_rebuild_mends(loaded: DuckDBWarehouse, catalog: Catalog, *columns: str) -> None:
    warehouse = DuckDBWarehouse(loaded.path, catalog, pytest.fail, refresh_changed=False)
    warehouse.rebuild([catalog["users"]])
    assert list(loaded.query("SELECT * FROM users").to_frame().columns) == list(columns or catalog["users"].column_names)
    assert len(loaded.query("SELECT * FROM users").to_frame()) == 1
    assert warehouse.blocked() == DuckDBWarehouse(loaded.path, catalog, pytest.fail).blocked() == {}
    with warehouse.session() as session:
        assert session.metadata.stale_partitions()["users"] == {"2018-11-01"}
        assert session.metadata.changed_tables() == frozenset()


def with_location(tmp_path: Path) -> Catalog:
    """Users with a column more."""
    return changed(
        tmp_path,
        (f"{USERS}/table.sql", "    log_date DATE NOT NULL,", "    location VARCHAR(512),\n    log_date DATE NOT NULL,"),
        (
            f"{USERS}/table.sql",
            "COMMENT ON COLUMN users.log_date",
            "COMMENT ON COLUMN users.location IS 'Place.';\nCOMMENT ON COLUMN users.log_date",
        ),
        (f"{USERS}/transform.sql", "    log_date\nFROM", "    location,\n    log_date\nFROM"),
    )


def test_a_column_added_to_a_derived_table_is_added_and_filled(loaded: DuckDBWarehouse, tmp_path: Path) -> None:
    newer = with_location(tmp_path)
    with DuckDBWarehouse(loaded.path, newer, pytest.fail).session() as session:
        assert session.metadata.stale_partitions()["users"] == {"2018-11-01"}
        session.refresher.refresh(newer["users"], ["2018-11-01"])
    assert loaded.query("SELECT location FROM users").to_frame()["location"].tolist() == ["Chicago-Naperville-Elgin, IL-IN-WI"]
    told = loaded.query("SELECT comment FROM duckdb_columns() WHERE column_name = 'location' AND table_name = 'users'").to_frame()
    assert told["comment"].tolist() == ["Place."]


def test_a_text_column_that_is_added_has_its_length(loaded: DuckDBWarehouse, tmp_path: Path) -> None:
    """DuckDB adds no CHECK to a table that exists: its rows are copied into one that has it, and the other tables keep theirs."""
    before = loaded.query("SELECT user_id, first_name, level, log_date FROM users").rows
    with DuckDBWarehouse(loaded.path, with_location(tmp_path), pytest.fail).session() as session:
        assert session.sql.execute("SELECT user_id, first_name, level, log_date FROM users") == before
        found = session.sql.existing_tables()
        assert (found["users"]["location"], found["users"]["gender"]) == (("VARCHAR(512)", True), ("VARCHAR(8)", True))
        assert found["artists"]["name"] == ("VARCHAR(1024)", False)


@pytest.mark.parametrize(
    ("folder", "old", "new", "told"),
    [
        (USERS, "    first_name,\n", "    RPAD(first_name, 200, 'é') AS first_name,\n", ("users.first_name", "256 bytes")),
        ("reports/popular_hours", "SUM(plays) AS", "NULLIF(SUM(plays), 1) AS", ("popular_hours.plays", "null", "NOT NULL")),
    ],
)
def test_rows_that_do_not_fit_are_refused_and_those_before_stay(
    loaded: DuckDBWarehouse, tmp_path: Path, folder: str, old: str, new: str, told: tuple[str, ...]
) -> None:
    table = Path(folder).name
    before = loaded.query(f"SELECT * FROM {table}").rows
    assert before
    newer = changed(tmp_path, (f"{folder}/transform.sql", old, new))
    with raises(WarehouseError, *told, "undone"), DuckDBWarehouse(loaded.path, newer, pytest.fail).session() as session:
        session.refresher.rebuild(newer[table])
    assert loaded.query(f"SELECT * FROM {table}").rows == before


def test_a_column_is_added_and_its_rows_owed_or_nothing_is_done(
    loaded: DuckDBWarehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever stops between the two must not leave a column that looks up to date and holds nothing."""
    newer = with_location(tmp_path)
    with monkeypatch.context() as stopped:
        stopped.setattr(LoadMetadata, "mark_all_stale", stop)
        with pytest.raises(KeyboardInterrupt), DuckDBWarehouse(loaded.path, newer, pytest.fail).session():
            pass
    assert "location" not in loaded.query("SELECT * FROM users").to_frame().columns
    with DuckDBWarehouse(loaded.path, newer, pytest.fail).session() as session:
        assert session.metadata.stale_partitions()["users"] == {"2018-11-01"}


def stop(*_: object) -> None:
    raise KeyboardInterrupt


def test_ctrl_c_is_told_as_such_wherever_duckdb_notices_it(tmp_path: Path) -> None:
    """DuckDB looks for signals in commits and while it opens its file, too, and says a RuntimeError."""
    warehouse = DuckDBWarehouse(tmp_path / "warehouse.duckdb", load_catalog(), pytest.fail)
    with pytest.raises(KeyboardInterrupt), warehouse.session():
        raise RuntimeError("Query interrupted")
    with pytest.raises(RuntimeError, match="of another kind"), warehouse.session():
        raise RuntimeError("of another kind")


def test_tables_are_made_with_their_comments_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    warehouse = DuckDBWarehouse(tmp_path / "warehouse.duckdb", load_catalog(), pytest.fail)
    with monkeypatch.context() as stopped:
        stopped.setattr(schema_sync, "create_statements", lambda table, dialect: [create_statements(table, dialect)[0], "SELEC"])
        with pytest.raises(duckdb.ParserException), warehouse.session():
            pass
    with warehouse.session():
        pass
    check_comments(warehouse)


def test_a_column_added_to_staging_is_null_until_the_partition_is_loaded_again(loaded: DuckDBWarehouse, tmp_path: Path) -> None:
    staging = "staging/staging_events"
    newer = changed(
        tmp_path,
        (f"{staging}/table.sql", "    log_date DATE NOT NULL\n", "    platform VARCHAR(32),\n    log_date DATE NOT NULL\n"),
        (
            f"{staging}/table.sql",
            "COMMENT ON COLUMN staging_events.log_date",
            "COMMENT ON COLUMN staging_events.platform IS 'Device.';\nCOMMENT ON COLUMN staging_events.log_date",
        ),
        (f"{staging}/source.toml", 'user_id = "userId"', 'user_id = "userId"\nplatform = "platform"'),
    )
    with DuckDBWarehouse(loaded.path, newer, pytest.fail).session() as session:
        assert session.queries.row_count(newer["staging_events"]) == 1
    assert loaded.query("SELECT platform IS NULL AS missing FROM staging_events").to_frame()["missing"].tolist() == [True]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "    user_id INTEGER NOT NULL",
            "    user_id BIGINT NOT NULL",
            ["table users", "column user_id", " INTEGER NOT NULL,", " BIGINT NOT NULL."],
        ),
        (
            "    gender VARCHAR(8)",
            "    gender VARCHAR(8) NOT NULL",
            ["table users", "column gender", " VARCHAR(8),", " VARCHAR(8) NOT NULL."],
        ),
        ("    gender VARCHAR(8)", "    gender VARCHAR(4)", ["table users", "column gender", " VARCHAR(8),", " VARCHAR(4)."]),
        ("    log_date DATE NOT NULL", "    log_date DATE", ["table users", "column log_date", " DATE NOT NULL,", " DATE."]),
    ],
)
def test_any_other_difference_is_refused_with_the_command_that_rebuilds(
    old: str, new: str, told: list[str], loaded: DuckDBWarehouse, tmp_path: Path
) -> None:
    catalog = changed(tmp_path, (f"{USERS}/table.sql", old, new))
    mentions(refusal(loaded, catalog), *told)
    check_that_a_rebuild_mends(loaded, catalog)


def test_a_derived_table_that_differs_is_rebuilt_by_the_next_session(loaded: DuckDBWarehouse, tmp_path: Path) -> None:
    catalog = changed(
        tmp_path,
        (f"{USERS}/table.sql", "    user_id INTEGER NOT NULL", "    user_id BIGINT NOT NULL"),
        ("reports/most_active_users/table.sql", "    first_name VARCHAR(256)", "    first_name VARCHAR(250)"),
    )
    before = tables(loaded)
    with DuckDBWarehouse(loaded.path, catalog, pytest.fail).session() as session:
        assert session.schema.blocked == {}
        stale = session.metadata.stale_partitions()
        assert stale["users"] == {"2018-11-01"}
        assert "most_active_users" in stale
        assert session.sql.existing_tables()["users"]["user_id"] == ("BIGINT", False)
    assert {n: rows for n, rows in tables(loaded).items() if n != "pending_refreshes"} == {
        n: rows for n, rows in before.items() if n != "pending_refreshes"
    }


def test_a_derived_table_waits_for_a_staging_table_that_is_blocked(loaded: DuckDBWarehouse, tmp_path: Path) -> None:
    catalog = changed(
        tmp_path,
        (f"{USERS}/table.sql", "    user_id INTEGER NOT NULL", "    user_id BIGINT NOT NULL"),
        ("staging/staging_events/table.sql", "    status INTEGER", "    status SMALLINT"),
    )
    before = tables(loaded)
    warehouse = DuckDBWarehouse(loaded.path, catalog, pytest.fail)
    with warehouse.session() as session:
        assert session.schema.blocked.keys() == {"users", "staging_events"}
    assert tables(loaded) == before
    warehouse.rebuild([catalog["staging_events"]])
    with DuckDBWarehouse(loaded.path, catalog, pytest.fail).session() as session:
        assert session.schema.blocked == {}


METADATA = "load_metadata"
EARLIER = [
    (f"{METADATA}/rejected_records", "line BIGINT NOT NULL", "line SMALLINT NOT NULL"),
    (f"{METADATA}/rejected_records", "reason VARCHAR(1024)", "reason VARCHAR(200)"),
    (f"{METADATA}/created_tables", "code_version VARCHAR(64)", "code_version VARCHAR(63)"),
    (f"{METADATA}/pending_refreshes", "partition_key VARCHAR(32)", "partition_key VARCHAR(12)"),
    (f"{METADATA}/load_history", "bytes BIGINT NOT NULL", "bytes INTEGER NOT NULL"),
    ("staging/staging_events", "    status INTEGER", "    status SMALLINT"),
    ("staging/staging_events", "location VARCHAR(512)", "location VARCHAR(99)"),
]
"""folder, what its table.sql says, what it said once"""


@pytest.mark.parametrize("engine", ENGINES)
def test_columns_become_wider_and_rows_stay(engine: str, tmp_path: Path) -> None:
    earlier = changed(tmp_path, *((f"{folder}/table.sql", now, once) for folder, now, once in EARLIER))
    lake = LakeDirectory(tmp_path / "lake")
    lake.events("2018-11-01", [event(), event(status="odd")])
    with opened_warehouse(engine, tmp_path) as warehouse:
        warehouse.reset(only_drop=True)
        old = with_catalog(warehouse, earlier)
        load_all(old, lake.root, 1)
        before = tables(old)
        with with_catalog(warehouse, load_catalog()).session() as session:
            assert session.schema.blocked == {}
            found = session.sql.existing_tables()
            for folder, _, _ in EARLIER:
                table = load_catalog()[folder.partition("/")[2]]
                assert found[table.name] == {c.name: (session.sql.type_of(c), c.nullable) for c in table.columns}
            assert session.metadata.stale_partitions()["staging_events"] == {"2018-11-01"}, "its code is other code"
        after = tables(warehouse)
        for name in ("staging_events", "users", "songplays"):
            assert after[name] == before[name]
        (record,) = warehouse.query("SELECT line, reason FROM rejected_records").rows
        assert record[0] == 2
        assert warehouse.query("SELECT COUNT(*) FROM load_history").rows == [(1,)]
        load_all(warehouse, lake.root, 1)
        assert "staging_events" not in {table for table, *_ in warehouse.query("SELECT table_name FROM pending_refreshes").rows}


@pytest.mark.parametrize("engine", ENGINES)
def test_after_a_roll_back_the_load_metadata_of_the_later_version_stay(engine: str, tmp_path: Path) -> None:
    earlier = changed(tmp_path, *((f"{folder}/table.sql", now, once) for folder, now, once in EARLIER if folder.startswith(METADATA)))
    lake = LakeDirectory(tmp_path / "lake")
    lake.events("2018-11-01", [event(), event(status="odd")])
    with opened_warehouse(engine, tmp_path) as later:
        load_all(later, lake.root, 1)
        later.execute("ALTER TABLE load_history ADD COLUMN added_since INTEGER")
        later.execute("UPDATE load_history SET added_since = 7")
        before = tables(later)
        rolled_back = with_catalog(later, earlier)
        with rolled_back.session() as session:
            assert session.schema.blocked == {}
        assert tables(rolled_back) == before
        lake.events("2018-11-02", [event(sessionId=2)])
        load_all(rolled_back, lake.root, 1)
        assert later.query("SELECT partition_key, added_since FROM load_history ORDER BY 1").rows == [
            ("2018-11-01", None),
            ("2018-11-02", None),
        ]
        again = with_catalog(later, load_catalog())
        with again.session() as session:
            assert session.sql.existing_tables()["load_history"]["added_since"][1]
        assert again.query("SELECT COUNT(*) FROM songplays").rows == [(2,)]


def with_catalog(warehouse: Warehouse, catalog: Catalog) -> Warehouse:
    """The same warehouse for another version of the platform."""
    if isinstance(warehouse, DuckDBWarehouse):
        return DuckDBWarehouse(warehouse.path, catalog, pytest.fail)
    assert isinstance(warehouse, RedshiftWarehouse)
    return RedshiftWarehouse(warehouse.target, catalog, warehouse._stage, refresh_changed=True)


def test_a_column_taken_away_is_refused(loaded: DuckDBWarehouse, tmp_path: Path) -> None:
    older = changed(
        tmp_path,
        (f"{USERS}/table.sql", "    gender VARCHAR(8),\n", ""),
        (f"{USERS}/table.sql", "COMMENT ON COLUMN users.gender IS 'F or M, as registered.';\n", ""),
        (f"{USERS}/transform.sql", "    gender,\n", ""),
    )
    mentions(refusal(loaded, older), "table users", "column gender", "table.sql")
    check_that_a_rebuild_mends(loaded, older)


def test_a_column_added_that_may_not_be_null_is_refused(loaded: DuckDBWarehouse, tmp_path: Path) -> None:
    newer = changed(
        tmp_path,
        (f"{USERS}/table.sql", "    log_date DATE NOT NULL,", "    plan VARCHAR(16) NOT NULL,\n    log_date DATE NOT NULL,"),
        (
            f"{USERS}/table.sql",
            "COMMENT ON COLUMN users.log_date",
            "COMMENT ON COLUMN users.plan IS 'Plan.';\nCOMMENT ON COLUMN users.log_date",
        ),
        (f"{USERS}/transform.sql", "    log_date\nFROM", "    level AS plan,\n    log_date\nFROM"),
    )
    mentions(refusal(loaded, newer), "table users", "no column plan")
    check_that_a_rebuild_mends(loaded, newer)


def test_a_table_that_differs_hinders_no_other(loaded: DuckDBWarehouse, tmp_path: Path) -> None:
    newer = changed(
        tmp_path,
        (f"{USERS}/table.sql", "    user_id INTEGER NOT NULL", "    user_id BIGINT NOT NULL"),
        (
            "dimensions/artists/table.sql",
            "    song_prefix VARCHAR(1) NOT NULL,",
            "    genre VARCHAR(32),\n    song_prefix VARCHAR(1) NOT NULL,",
        ),
        (
            "dimensions/artists/table.sql",
            "COMMENT ON COLUMN artists.song_prefix",
            "COMMENT ON COLUMN artists.genre IS 'Genre.';\nCOMMENT ON COLUMN artists.song_prefix",
        ),
        ("dimensions/artists/transform.sql", "    song_prefix\nFROM", "    NULL AS genre,\n    song_prefix\nFROM"),
    )
    with DuckDBWarehouse(loaded.path, newer, pytest.fail).session() as session:
        session.refresher.refresh(newer["artists"], [])
    assert "genre" in loaded.query("SELECT * FROM artists").to_frame().columns


def test_staging_that_differs_is_loaded_anew_from_the_lake(loaded: DuckDBWarehouse, tmp_path: Path) -> None:
    newer = changed(tmp_path, ("staging/staging_events/table.sql", "    status INTEGER", "    status SMALLINT"))
    warehouse = DuckDBWarehouse(loaded.path, newer, pytest.fail)
    with raises(WarehouseError, "`sparkify rebuild staging_events`"):
        load_all(warehouse, tmp_path / "lake")
    warehouse.rebuild([newer["staging_events"]])
    with warehouse.session() as session:
        assert session.queries.row_count(newer["staging_events"]) == 0
        assert session.metadata.stale_partitions()["staging_events"] == {"2018-11-01"}
    load_all(warehouse, tmp_path / "lake")
    with warehouse.session() as session:
        assert session.queries.row_count(newer["staging_events"]) == 1
        assert "staging_events" not in session.metadata.stale_partitions()


def test_a_table_that_was_dropped_is_made_and_owed_again(loaded: DuckDBWarehouse) -> None:
    loaded.execute("DROP TABLE songplays")
    with DuckDBWarehouse(loaded.path, load_catalog(), pytest.fail).session() as session:
        assert session.metadata.stale_partitions()["songplays"] == {"2018-11-01"}


@pytest.mark.parametrize("refresh_changed", [True, False])
def test_a_changed_select_owes_a_refresh_or_is_told(loaded: DuckDBWarehouse, tmp_path: Path, refresh_changed: bool) -> None:
    newer = changed(tmp_path, (f"{USERS}/transform.sql", "    first_name,\n", "    UPPER(first_name) AS first_name,\n"))
    warehouse = DuckDBWarehouse(loaded.path, newer, pytest.fail, refresh_changed)
    with warehouse.session() as session:
        assert session.metadata.changed_tables() == (frozenset() if refresh_changed else {"users"})
        assert session.metadata.stale_partitions().get("users", frozenset()) == ({"2018-11-01"} if refresh_changed else frozenset())
    if not refresh_changed:
        warehouse.rebuild([newer["users"]])
    with warehouse.session() as session:
        session.refresher.refresh(newer["users"], sorted(session.metadata.stale_partitions()["users"]))
        assert session.metadata.changed_tables() == frozenset()
    assert loaded.query("SELECT first_name FROM users").to_frame()["first_name"].tolist() == ["LILY"]


def test_tables_of_folders_that_are_gone_are_named_and_dropped_on_demand(loaded: DuckDBWarehouse, tmp_path: Path) -> None:
    fewer = changed(tmp_path)
    shutil.rmtree(tmp_path / "tables" / "reports" / "popular_hours")
    fewer = load_catalog(Path(shutil.copytree(tmp_path / "tables", tmp_path / "fewer")))
    loaded.execute("CREATE TABLE mine AS SELECT 1 AS one")
    warehouse = DuckDBWarehouse(loaded.path, fewer, pytest.fail)
    assert warehouse.orphans() == ["popular_hours"]
    assert warehouse.drop_orphans() == ["popular_hours"]
    assert warehouse.orphans() == []
    assert "popular_hours" not in {name for (name,) in loaded.query("SELECT table_name FROM duckdb_tables()").rows}
    assert loaded.query("SELECT one FROM mine").to_frame()["one"].tolist() == [1]


def test_every_table_and_column_says_what_it_is(loaded: DuckDBWarehouse) -> None:
    check_comments(loaded)


def check_comments(loaded: DuckDBWarehouse) -> None:
    for table in load_catalog():
        told = loaded.query(f"SELECT comment FROM duckdb_tables() WHERE table_name = '{table.name}'").to_frame()["comment"].tolist()
        assert told == [table.comment]
        columns = loaded.query(f"SELECT column_name, comment FROM duckdb_columns() WHERE table_name = '{table.name}'").to_frame()
        assert dict(zip(columns["column_name"], columns["comment"], strict=True)) == {c.name: c.comment for c in table.columns}


def test_reset_empties_every_table_and_leaves_others_alone(loaded: DuckDBWarehouse) -> None:
    with loaded.session() as session:
        session.sql.execute("CREATE TABLE mine AS SELECT 1 AS one")
    loaded.reset()
    assert all(not rows for rows in tables(loaded).values())
    assert loaded.query("SELECT one FROM mine").to_frame()["one"].tolist() == [1]
