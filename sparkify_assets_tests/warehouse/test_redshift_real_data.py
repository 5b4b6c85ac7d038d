"""The real data set, where it is at hand, from S3 into Redshift: the published results, and DuckDB's tables row for row."""

import os
from pathlib import Path

import pytest

from sparkify_assets_tests.warehouse.both import both_in
from sparkify_assets_tests.warehouse.test_real_data import PUBLISHED

REAL = os.environ.get("SPARKIFY_REAL_DATA")
pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(not REAL, reason="SPARKIFY_REAL_DATA does not name the folder of the real data set"),
]


def test_redshift_holds_what_is_published_and_what_duckdb_holds(tmp_path: Path) -> None:
    with both_in(tmp_path) as both:
        both.deliver_all(Path(str(REAL)))
        held = both.load(0)
        assert {name: len(held[name]) for name in PUBLISHED} == PUBLISHED
        (play,) = (
            both.redshift.query("SELECT song_id, artist_id, session_id, user_id, start_time FROM songplays WHERE song_id IS NOT NULL")
            .to_frame()
            .itertuples(index=False, name=None)
        )
        assert play[:4] == ("SOZCTXZ12AB0182364", "AR5KOSW1187FB35FF4", 818, 15)
        assert str(play[4]) == "2018-11-21 21:56:47.796000"
