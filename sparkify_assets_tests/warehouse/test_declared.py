"""A warehouse whose tables an older table.sql made: columns added since are added, any other difference is refused and changes nothing."""

import shutil
from pathlib import Path

import duckdb
import pytest

from sparkify_assets import tables as rooms
from sparkify_assets.errors import WarehouseError
from sparkify_assets.model import Catalog, load_catalog
from sparkify_assets.model.dialect import create_statements
from sparkify_assets.warehouse import declared
from sparkify_assets.warehouse.duckdb import DuckDBSession, DuckDBWarehouse
from sparkify_assets_tests.support import LakeDirectory, event, load_all, mentions, raises, tables

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
    before = tables(loaded)
    with (
        raises(WarehouseError, "`sparkify reset`", "`sparkify load`") as error,
        DuckDBWarehouse(loaded.path, catalog, pytest.fail).session(),
    ):
        pass
    assert tables(loaded) == before
    return str(error.value)


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
        assert session.rows(newer["users"]) == 1
    assert loaded.query("SELECT location FROM users")["location"].tolist() == ["Chicago-Naperville-Elgin, IL-IN-WI"]
    told = loaded.query("SELECT comment FROM duckdb_columns() WHERE column_name = 'location' AND table_name = 'users'")
    assert told["comment"].tolist() == ["Place."]


def test_a_column_is_added_with_its_rows_or_not_at_all(loaded: DuckDBWarehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever stops between the two must not leave a column that looks up to date and holds nothing."""
    newer = with_location(tmp_path)
    with monkeypatch.context() as stopped:
        stopped.setattr(DuckDBSession, "rebuild", stop)
        with pytest.raises(KeyboardInterrupt), DuckDBWarehouse(loaded.path, newer, pytest.fail).session():
            pass
    with DuckDBWarehouse(loaded.path, newer, pytest.fail).session():
        pass
    assert loaded.query("SELECT location FROM users")["location"].tolist() == ["Chicago-Naperville-Elgin, IL-IN-WI"]


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
        stopped.setattr(declared, "create_statements", lambda table, dialect: [create_statements(table, dialect)[0], "SELEC"])
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
        assert session.rows(newer["staging_events"]) == 1
    assert loaded.query("SELECT platform IS NULL AS missing FROM staging_events")["missing"].tolist() == [True]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "    user_id INTEGER NOT NULL",
            "    user_id BIGINT NOT NULL",
            ["table users", "column user_id", " INTEGER NOT NULL,", " BIGINT NOT NULL;"],
        ),
        ("    gender VARCHAR(8)", "    gender VARCHAR(8) NOT NULL", ["table users", "column gender", " VARCHAR,", " VARCHAR NOT NULL;"]),
        ("    log_date DATE NOT NULL", "    log_date DATE", ["table users", "column log_date", " DATE NOT NULL,", " DATE;"]),
    ],
)
def test_any_other_difference_is_refused_with_the_command_that_rebuilds(
    old: str, new: str, told: list[str], loaded: DuckDBWarehouse, tmp_path: Path
) -> None:
    message = refusal(loaded, changed(tmp_path, (f"{USERS}/table.sql", old, new)))
    mentions(message, *told)


def test_a_column_taken_away_is_refused(loaded: DuckDBWarehouse, tmp_path: Path) -> None:
    older = changed(
        tmp_path,
        (f"{USERS}/table.sql", "    gender VARCHAR(8),\n", ""),
        (f"{USERS}/table.sql", "COMMENT ON COLUMN users.gender IS 'F or M, as registered.';\n", ""),
        (f"{USERS}/transform.sql", "    gender,\n", ""),
    )
    mentions(refusal(loaded, older), "table users", "column gender", "table.sql")


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
    mentions(refusal(loaded, newer), "table users", "column plan", "NOT NULL")


def test_a_refusal_leaves_no_other_column_added(loaded: DuckDBWarehouse, tmp_path: Path) -> None:
    """One table may have gained a column while another differs: nothing is done by halves."""
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
    refusal(loaded, newer)
    assert "genre" not in loaded.query("SELECT * FROM artists").columns


def test_every_table_and_column_says_what_it_is(loaded: DuckDBWarehouse) -> None:
    check_comments(loaded)


def check_comments(loaded: DuckDBWarehouse) -> None:
    for table in load_catalog():
        told = loaded.query(f"SELECT comment FROM duckdb_tables() WHERE table_name = '{table.name}'")["comment"].tolist()
        assert told == [table.comment]
        columns = loaded.query(f"SELECT column_name, comment FROM duckdb_columns() WHERE table_name = '{table.name}'")
        assert dict(zip(columns["column_name"], columns["comment"], strict=True)) == {c.name: c.comment for c in table.columns}


def test_reset_empties_every_table_and_leaves_others_alone(loaded: DuckDBWarehouse) -> None:
    with loaded.session() as session:
        session.execute("CREATE TABLE mine AS SELECT 1 AS one")
    loaded.reset()
    assert all(not rows for rows in tables(loaded).values())
    assert loaded.query("SELECT one FROM mine")["one"].tolist() == [1]
