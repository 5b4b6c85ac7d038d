"""The real tables, read together: their order, whose partitions they have, where columns come from, what they promise, that all is said."""

import shutil
from pathlib import Path

import pytest
from sqlfluff.core import Linter

from sparkify_assets import tables
from sparkify_assets.model import LOAD_METADATA, STAGING, Table, load_catalog
from sparkify_assets.model.table_parser import ACCEPTED_VALUES
from sparkify_assets.model.transpile import create_statements

CATALOG = load_catalog()
TABLES = list(CATALOG)
NAMES = [t.name for t in TABLES]


def test_each_table_comes_after_those_it_reads() -> None:
    order = list(CATALOG.tables)
    for name, definition in CATALOG.transforms.items():
        assert all(order.index(read) < order.index(name) for read in definition.reads)


def test_each_table_is_created_after_those_it_references() -> None:
    order = [t.name for t in CATALOG.creation_order]
    assert sorted(order) == sorted(NAMES)
    for table in TABLES:
        assert all(order.index(c.references[0]) < order.index(table.name) for c in table.columns if c.references), table.name


LAYERS = ("staging", "lookups", "dimensions", "facts", "reports", "load_metadata")
REPORTS = {
    "active_listeners": ("user_days",),
    "active_users": ("user_days",),
    "downgrade_funnel": ("page_views", "session_hours"),
    "errors_by_day_and_page": ("page_views",),
    "level_changes": ("songplays", "user_levels"),
    "listening_by_day": ("session_days",),
    "most_active_users": ("session_hours", "users"),
    "new_and_returning_users": ("session_hours",),
    "plays_by_browser": ("session_hours", "user_agents"),
    "plays_by_day_and_level": ("session_hours",),
    "plays_by_location": ("session_hours",),
    "plays_by_weekday_and_hour": ("session_hours",),
    "plays_matched_by_day": ("song_days",),
    "popular_hours": ("session_hours",),
    "retention_by_cohort": ("user_days",),
    "sessions_by_day": ("session_hours",),
    "top_artist_names": ("song_days",),
    "top_artists": ("artists", "song_days"),
    "top_song_names": ("song_days",),
    "top_songs": ("artists", "song_days", "songs"),
    "upgrade_funnel": ("page_views", "session_hours"),
    "users_at_risk": ("user_days", "users"),
}
"""report → what it reads"""


def test_layers() -> None:
    assert {layer: sorted(t.name for t in CATALOG.layer(layer)) for layer in LAYERS} == {
        "staging": ["staging_events", "staging_songs"],
        "lookups": ["text_repairs", "user_agents"],
        "dimensions": ["artists", "songs", "time", "user_levels", "users"],
        "facts": ["page_views", "session_days", "session_hours", "song_days", "songplays", "user_days"],
        "reports": sorted(REPORTS),
        "load_metadata": ["created_tables", "load_history", "pending_refreshes", "rejected_records"],
    }


def test_each_table_has_the_partitions_of_the_staging_its_rows_come_from() -> None:
    roots = {
        t.name: (root.name if (root := CATALOG.root(t)) else None, CATALOG.partition_column(t)) for t in TABLES if t.layer != LOAD_METADATA
    }
    events, songs, none = ("staging_events", "log_date"), ("staging_songs", "song_prefix"), (None, None)
    assert roots == {
        "staging_events": events,
        "staging_songs": songs,
        "users": events,
        "page_views": events,
        "songplays": events,
        "time": events,
        "songs": songs,
        "artists": songs,
        **dict.fromkeys(
            ["text_repairs", "user_agents", "user_levels", "session_days", "session_hours", "song_days", "user_days", *REPORTS], none
        ),
    }


def test_what_is_read_and_what_is_only_looked_up() -> None:
    assert {name: (d.reads, d.joined_tables) for name, d in CATALOG.transforms.items()} == {
        "users": (("staging_events",), ()),
        "page_views": (("staging_events",), ()),
        "songplays": (("page_views", "staging_songs", "text_repairs"), ("staging_songs", "text_repairs")),
        "time": (("songplays",), ()),
        "songs": (("staging_songs",), ()),
        "artists": (("staging_songs",), ()),
        "user_levels": (("session_hours",), ()),
        "session_days": (("page_views",), ()),
        "session_hours": (("songplays",), ()),
        "user_days": (("session_days",), ()),
        "song_days": (("songplays",), ()),
        **{name: (reads, ()) for name, reads in REPORTS.items()},
    }
    assert {name: tuple(x.sources) for name, x in CATALOG.lookups.items()} == {
        "text_repairs": ("staging_events", "staging_songs"),
        "user_agents": ("staging_events",),
    }


def test_dependents() -> None:
    assert sorted(d.table.name for d in CATALOG.dependents("staging_songs")) == ["artists", "songplays", "songs"]
    assert sorted(d.table.name for d in CATALOG.dependents("songplays")) == ["level_changes", "session_hours", "song_days", "time"]
    assert CATALOG.dependents("popular_hours") == []


@pytest.mark.parametrize(
    ("table", "column", "origins"),
    [
        ("page_views", "page_view_id", tuple(("staging_events", c) for c in ("item_in_session", "session_id", "ts", "user_id"))),
        ("page_views", "event_time", (("staging_events", "ts"),)),
        ("songplays", "songplay_id", (("page_views", "page_view_id"),)),
        ("songplays", "start_time", (("page_views", "event_time"),)),
        ("songplays", "song_id", (("staging_songs", "song_id"),)),
        ("songplays", "song", (("page_views", "song"), ("text_repairs", "kind"), ("text_repairs", "repaired_text"))),
        ("artists", "name", (("staging_songs", "artist_name"),)),
        ("time", "weekday", (("songplays", "start_time"),)),
        ("most_active_users", "first_name", (("users", "first_name"),)),
        ("most_active_users", "plays", (("session_hours", "plays"),)),
        ("song_days", "plays", ()),  # COUNT(*) counts rows, of no column
    ],
)
def test_lineage(table: str, column: str, origins: tuple[tuple[str, str], ...]) -> None:
    assert CATALOG.transforms[table].lineage[column] == origins


@pytest.mark.integration
def test_lineage_goes_through_a_subquery(tmp_path: Path) -> None:
    root = shutil.copytree(Path(tables.__file__).parent, tmp_path / "tables")
    (root / "reports/popular_hours/transform.sql").write_text(
        "WITH plays AS (SELECT hour AS h, year AS y FROM time)\n"
        "SELECT p.h AS hour, CAST(MAX(p.y + p.m) AS BIGINT) AS plays\n"
        "FROM (SELECT h, y, y AS m FROM plays) AS p GROUP BY p.h"
    )
    definition = load_catalog(root).transforms["popular_hours"]
    assert definition.reads == ("time",)
    assert definition.lineage == {"hour": (("time", "hour"),), "plays": (("time", "year"),)}


PROMISES = {
    "staging_events": """auth_accepted_values gender_accepted_values level_accepted_values method_accepted_values
        event_date_matches_partition registration_is_a_moment""",
    "staging_songs": "",
    "users": "primary_key level_accepted_values",
    "songs": """primary_key artist_id_references_artists
        duration_is_positive""",
    "artists": "primary_key",
    "songplays": """primary_key start_time_references_time
        user_id_references_users song_id_references_songs artist_id_references_artists
        one_user_per_event song_and_artist_together
        songplays_reconcile_with_page_views""",
    "page_views": "unique_key no_conflicting_duplicates page_view_id_is_unique page_views_reconcile_with_events",
    "session_days": "primary_key events_reconcile_with_page_views",
    "user_days": "primary_key sums_reconcile_with_session_days",
    "session_hours": "primary_key plays_reconcile_with_songplays",
    "song_days": "plays_reconcile_with_songplays",
    "time": "primary_key",
    "popular_hours": "primary_key",
    "most_active_users": "",
    "text_repairs": """primary_key
        no_unrepairable_names""",
    "user_agents": "primary_key",
    "user_levels": """primary_key user_id_references_users
        current_level_matches_users""",
    "active_listeners": "primary_key users_of_each_day windows_contain_one_another",
    "active_users": "primary_key users_of_each_day windows_contain_one_another",
    "downgrade_funnel": "primary_key no_step_has_more_users_than_the_one_before",
    "errors_by_day_and_page": "primary_key",
    "level_changes": "primary_key",
    "listening_by_day": "primary_key minutes_reconcile_with_user_days",
    "new_and_returning_users": "primary_key",
    "plays_by_browser": "primary_key",
    "plays_by_day_and_level": "primary_key",
    "plays_by_location": "primary_key",
    "plays_by_weekday_and_hour": "primary_key",
    "plays_matched_by_day": "primary_key",
    "retention_by_cohort": "primary_key every_listener_is_in_one_cohort retained_are_of_the_cohort",
    "sessions_by_day": "primary_key",
    "top_artist_names": "primary_key",
    "top_artists": "primary_key",
    "top_song_names": "primary_key",
    "top_songs": "primary_key",
    "upgrade_funnel": "primary_key no_step_has_more_users_than_the_one_before",
    "users_at_risk": "primary_key played_less_in_the_last_days",
}


def test_promises() -> None:
    assert {name: [c.name for c in checks] for name, checks in CATALOG.checks.items()} == {n: p.split() for n, p in PROMISES.items()}


def test_what_was_delivered_oddly_is_a_warning() -> None:
    warnings = {(name, c.name) for name, checks in CATALOG.checks.items() for c in checks if c.severity == "warning"}
    claims = {("staging_events", c.name) for c in CATALOG.checks["staging_events"]} | {("users", "level_accepted_values")}
    assert (
        warnings
        == {("page_views", "no_conflicting_duplicates"), ("songplays", "one_user_per_event")}
        | {("text_repairs", "no_unrepairable_names")}
        | claims
    )


def test_a_promise_is_said_in_words_and_points_to_its_file() -> None:
    checks = {c.name: c for c in CATALOG.checks["songplays"]}
    folder = CATALOG["songplays"].folder
    assert (checks["song_id_references_songs"].description, checks["song_id_references_songs"].path) == (
        "Every song_id is found in songs.song_id.",
        folder / "table.sql",
    )
    assert (checks["song_and_artist_together"].description, checks["song_and_artist_together"].path) == (
        "A matched play has both a song and its artist; an unmatched one has neither.",
        folder / "checks/song_and_artist_together.sql",
    )


@pytest.mark.parametrize("table", TABLES, ids=NAMES)
def test_table_and_columns_are_explained(table: Table) -> None:
    assert all(text.endswith(".") and "\n" not in text for text in (table.comment, *(c.comment for c in table.columns)))


@pytest.fixture(scope="module")
def linter() -> Linter:
    return Linter(dialect="redshift")


@pytest.mark.integration
@pytest.mark.parametrize("name", NAMES)
def test_ddl_is_redshift_as_written_and_as_sent(name: str, linter: Linter) -> None:
    table = CATALOG[name]
    text = (table.folder / "table.sql").read_text().replace(" -- noqa: PRS", "")
    written = ACCEPTED_VALUES.sub("", text)  # Redshift has no CHECK, and is sent none
    for sql in [written, *create_statements(table, "redshift")]:
        parsed = linter.parse_string(sql)
        assert parsed.violations == []
        assert parsed.tree is not None


def test_the_linter_knows_what_redshift_is_not(linter: Linter) -> None:
    assert linter.parse_string("CREATE TABLE t (a VARCHAR(8)) DISTSTYLE SOMETIMES;").violations


@pytest.mark.integration
def test_the_code_version_follows_what_determines_rows(tmp_path: Path) -> None:
    """And neither checks, accepted values, comments, white space nor the layout."""
    root = shutil.copytree(Path(tables.__file__).parent, tmp_path / "tables")
    (root / "dimensions/users/checks").mkdir()
    (root / "dimensions/users/checks/nobody_is_odd.sql").write_text("-- Nobody is odd.\nSELECT user_id FROM users WHERE level = 'odd'")
    ddl = root / "dimensions/users/table.sql"
    ddl.write_text(ddl.read_text().replace("('free', 'paid')", "('free', 'it''s (paid)', 'family')"))
    harmless = {
        "dimensions/songs/transform.sql": lambda text: "-- seen\n" + text.replace(", ", " ,\n  "),
        "dimensions/artists/table.sql": lambda text: text.replace("DISTSTYLE ALL SORTKEY (artist_id)", "DISTSTYLE EVEN"),
        "dimensions/time/table.sql": lambda text: text.replace("COMMENT ON TABLE time IS '", "COMMENT ON TABLE time IS 'Hours: "),
    }
    harmful = {
        "reports/top_songs/transform.sql": lambda text: text.replace("LIMIT", "LIMIT 1 +", 1) if "LIMIT" in text else text + " LIMIT 3",
        "reports/popular_hours/table.sql": lambda text: text.replace("plays BIGINT", "plays INTEGER"),
        "staging/staging_songs/source.toml": lambda text: text + "\n# seen\n",
    }
    for path, change in {**harmless, **harmful}.items():
        file = root / path
        assert change(file.read_text()) != file.read_text(), path
        file.write_text(change(file.read_text()))
    changed = load_catalog(root)
    assert {t.name for t in changed if t.code_version != CATALOG[t.name].code_version} == {Path(path).parts[1] for path in harmful}
    assert changed["users"].column("level").accepted_values == ("free", "it's (paid)", "family")


def test_bytes_of_text_columns() -> None:
    users = CATALOG["users"]
    assert {c.name: c.max_bytes for c in users.columns} == {
        "user_id": None,
        "first_name": 256,
        "last_name": 256,
        "gender": 8,
        "level": 16,
        "log_date": None,
    }


def test_only_staging_has_sources() -> None:
    assert {t.name for t in TABLES if t.source} == {t.name for t in CATALOG.layer(STAGING)}
