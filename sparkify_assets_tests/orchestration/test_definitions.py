"""The definitions: what every asset shows of itself (the whole graph is in golden/test_graph.py)."""

import dagster as dg
import pytest

from sparkify_assets.definitions import build_defs
from sparkify_assets.model import load_catalog
from sparkify_assets.settings import Settings


@pytest.fixture(scope="module")
def defs() -> dg.Definitions:
    return build_defs(Settings())


def test_every_asset_shows_what_it_is(defs: dg.Definitions) -> None:
    catalog = load_catalog()
    for spec in defs.resolve_all_asset_specs():
        assert spec.description, spec.key
        assert spec.kinds, spec.key
        if spec.key.to_user_string() in {t.name for t in catalog}:
            table = catalog[spec.key.to_user_string()]
            assert spec.code_version == table.code_version
            schema = spec.metadata["dagster/column_schema"]
            assert [c.name for c in schema.columns] == list(table.column_names)
            assert all(c.description for c in schema.columns)


def test_lineage_names_columns_that_exist(defs: dg.Definitions) -> None:
    catalog = load_catalog()
    specs = {s.key.to_user_string(): s for s in defs.resolve_all_asset_specs()}
    lineage = specs["songplays"].metadata["dagster/column_lineage"].deps_by_column
    assert {(d.asset_key.to_user_string(), d.column_name) for d in lineage["songplay_id"]} == {("page_views", "page_view_id")}
    assert {(d.asset_key.to_user_string(), d.column_name) for d in lineage["song_id"]} == {("staging_songs", "song_id")}
    for spec in specs.values():
        found = spec.metadata.get("dagster/column_lineage")
        for origins in found.deps_by_column.values() if found else ():
            for origin in origins:
                assert origin.column_name in catalog[origin.asset_key.to_user_string()].column_names


def test_a_table_that_is_recomputed_by_the_day_says_so(defs: dg.Definitions) -> None:
    groups = {spec.key.to_user_string(): spec.metadata.get("recomputed_by_group") for spec in defs.resolve_all_asset_specs()}
    assert {name: found.value for name, found in groups.items() if found} == {"session_days": "user_id, session_id"}
    said = {spec.key.to_user_string(): spec.metadata.get("recomputed_by_day_of") for spec in defs.resolve_all_asset_specs()}
    assert {name: found.value for name, found in said.items() if found} == {
        "session_hours": "songplays.start_time",
        "song_days": "songplays.start_time",
        "plays_by_day_and_level": "session_hours.day",
        "plays_matched_by_day": "song_days.day",
        "session_days": "page_views.event_time",
        "user_days": "session_days.day",
        "listening_by_day": "session_days.day",
        "errors_by_day_and_page": "page_views.event_time",
    }


@pytest.mark.integration
def test_days_are_those_of_the_settings() -> None:
    settings = Settings.model_validate({"log_start": "2018-11-01", "log_end": "2018-11-04"})
    graph = build_defs(settings).resolve_asset_graph()
    days = graph.get(dg.AssetKey("songplays")).partitions_def
    assert days is not None
    assert list(days.get_partition_keys()) == ["2018-11-01", "2018-11-02", "2018-11-03"]
