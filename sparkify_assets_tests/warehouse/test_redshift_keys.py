"""Objects whose names are meant to be something else: each is that object and no other, in manifests, in tables and in the bucket."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from sparkify_assets.errors import WarehouseError
from sparkify_assets.lake.s3 import S3Lake, S3Location
from sparkify_assets.warehouse.redshift import copy_loader, staging_area
from sparkify_assets_tests.emulators.redshift.warehouses import bucket_lake
from sparkify_assets_tests.emulators.s3.server import S3Server, s3
from sparkify_assets_tests.support import event, json_lines, raises, song
from sparkify_assets_tests.warehouse.both import Both, both_in, statements_of

__all__ = ["s3"]

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("redshift-keys")]

NAMES = [
    "a b",
    " + %2B %2f %",
    'it\'s "quoted" `here`',
    "'; DROP TABLE users; --",
    "' MANIFEST GZIP --",
    "é ü 😀 ٣",
    "e\u0301 is not é",
    "two\nlines",
    "?versionId=1&x=#y",
    "$1 %s {} :p",
    "..",
    "* [a-z]",
]
STRANGERS = [
    "lake/log_data/2018/11/2018-11-01-back\\slash.json",
    "lake/log_data//2018/11/2018-11-01-double.json",
    "lake/log_data/2018/11/../11/2018-11-01-up.json",
    "lake/../log_data/2018/11/2018-11-01-outside.json",
    "lake//log_data/2018/11/2018-11-01-double.json",
    "lake2/log_data/2018/11/2018-11-01-neighbour.json",
    "log_data/2018/11/2018-11-01-above.json",
    "lakelog_data/2018/11/2018-11-01-joined.json",
    "_work/somebody else's",
]


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    with both_in(tmp_path_factory.mktemp("keys")) as two:
        yield two


@pytest.fixture
def both(two: Both, s3: S3Server) -> Iterator[Both]:
    two.fresh_lake()
    yield two
    s3.calm()


@pytest.mark.parametrize("in_place", [True, False])
def test_keys_from_hell(both: Both, s3: S3Server, monkeypatch: pytest.MonkeyPatch, in_place: bool) -> None:
    monkeypatch.setattr(copy_loader, "LARGE_FILE_BYTES", 1 if in_place else 1 << 40)
    bucket, client = both.s3.bucket, both.s3.client
    keys = [both.deliver(f"log_data/2018/11/2018-11-01-{name}.json", json_lines([event(sessionId=n)])) for n, name in enumerate(NAMES)]
    for stranger in STRANGERS:
        client.put_object(Bucket=bucket, Key=stranger, Body=json_lines([event(sessionId=99)]))
    both.deliver("song_data/A/A/A/TRA.json", json_lines([song()]))
    there = everything(both)
    s3.calm()
    with statements_of(both.redshift) as sent:
        held = both.load(0)
    assert len(held["staging_events"]) == len(NAMES)
    assert not [s for s in sent if any(name in s for name in NAMES if len(name) > 3)]  # they are named in manifests only
    with both.redshift.session() as session:
        assert sorted(r[0] for r in session.sql.execute("SELECT file_key FROM load_history WHERE table_name = 'staging_events'")) == sorted(
            keys
        )
    ours = tuple(f"/{bucket}/lake/{key}" for key in ["_work/", "song_data/A/A/A/TRA.json", *keys])
    asked = [told.split(" ", 1)[1] for told in s3.seen()]
    others = [path for path in asked if not path.startswith(ours)]
    assert [path for path in others if path not in (f"/{bucket}", f"/{bucket}?delete") and "prefix=lake/" not in path] == []
    assert everything(both) == there
    bad = both.deliver(f"log_data/2018/11/2018-11-01-{NAMES[3]}.json", b"{\n" + json_lines([event()]))
    held = both.load(1)
    assert [row[2] for row in held["rejected_records"]] == [bad]


def everything(both: Both) -> list[tuple[str, str]]:
    """Every object of the bucket and its content's tag."""
    pages = both.s3.client.get_paginator("list_objects_v2").paginate(Bucket=both.s3.bucket)
    return [(o["Key"], o["ETag"]) for page in pages for o in page["Contents"]]


def test_what_killed_loads_left_goes_after_a_day_and_what_others_left_stays(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    both.deliver("song_data/A/A/A/TRA.json", json_lines([song()]))
    with statements_of(both.redshift) as sent:
        both.load(0)
    folder = next(s for s in sent if s.startswith("COPY ")).split("/_work/")[1].split("/")[0]
    ours = both.s3.write(f"_work/{folder}/killed/000000-part.json.gz", b"of ours").key
    kept = [both.s3.write(f"_work/{name}", b"of others").key for name in ("0000abcd/x/0", f"{folder}0/x/0", "note's")]
    both.deliver("song_data/A/A/A/TRA.json", json_lines([song(title="Uprising")]))
    both.load(0)
    assert sorted(e.key for e in both.s3.list_staged()) == sorted([*kept, ours]), "its load may be at work"
    monkeypatch.setattr(staging_area, "LEFT_AFTER", timedelta(0))
    both.deliver("song_data/A/A/A/TRA.json", json_lines([song(title="Bliss")]))
    both.load(0)
    assert sorted(e.key for e in both.s3.list_staged()) == sorted(kept)


@pytest.mark.parametrize("prefix", ["it's", "back\\slash"])
def test_a_prefix_that_a_literal_may_hold_in_two_ways(both: Both, prefix: str) -> None:
    fresh = bucket_lake(prefix)
    fresh.client.put_object(Bucket=fresh.bucket, Key=fresh.object_key("song_data/A/A/A/TRA.json"), Body=json_lines([song()]))
    both.redshift._stage = fresh
    with raises(WarehouseError, "SPARKIFY_LAKE", fresh.location, "' and \\"):
        both.load(0, fresh)


def test_a_prefix_of_blanks_signs_and_letters(both: Both) -> None:
    both.s3 = both.redshift._stage = S3Lake(S3Location(both.s3.bucket, 'our "lake" é? %2F+;--'), both.s3.client)
    both.deliver("song_data/A/A/A/TRA.json", json_lines([song()]))
    assert len(both.load(0)["songs"]) == 1
    assert list(both.s3.list_staged()) == []
