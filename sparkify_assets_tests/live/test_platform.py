"""The platform as processes: runs launched through the web server succeed, also after its processes were killed.

Put here restarts and launched runs. Do not put here what sensors start (test_by_itself.py).
"""

from pathlib import Path

import pytest

from sparkify_assets_tests.live.conftest import deliver, plays_of, wait_for_plays
from sparkify_assets_tests.live.platform import Live
from sparkify_assets_tests.support import raises

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("live")]

LOGS = ("log_files", "staging_events", "users", "page_views", "songplays", "time")
DAYS = ["2019-04-01", "2019-04-02", "2019-04-03"]


def test_a_range_is_one_run_and_survives_a_restart_of_everything(live: Live) -> None:
    plays = plays_of(live)
    for day in DAYS:
        deliver(live, day)
    run = live.wait_for_run(live.launch(LOGS, DAYS[0], DAYS[2]))
    assert run.assets == set(LOGS)
    # wait for the reports: a run that is killed before it begins would occupy the only slot for three minutes
    wait_for_plays(live, plays + len(DAYS))
    live.kill()
    assert not live.is_up
    assert live.rows(f"SELECT COUNT(*), COUNT(song_id) FROM songplays WHERE log_date BETWEEN '{DAYS[0]}' AND '{DAYS[2]}'") == [(3, 3)]
    live.start()
    assert set(DAYS) <= set(live.materialized("songplays"))
    found = live.materialization("staging_events", DAYS[1])
    assert found is not None
    assert found["dagster/partition_row_count"] == 1
    (answer, *_) = live.answers("songplays", "primary_key")
    assert (answer.status, answer.metadata["failing_rows"]) == ("SUCCEEDED", 0)
    check = live.launch_check("users", "level_accepted_values", DAYS[2])
    live.wait_for_run(check)
    answers = [a for a in live.answers("users", "level_accepted_values") if a.run == check]
    assert [(a.partition, a.status) for a in answers] == [(DAYS[2], "SUCCEEDED")]
    live.stop()
    assert not live.is_up


def test_a_service_that_ends_is_told_with_its_log(tmp_path: Path) -> None:
    wrong = {"SPARKIFY_LOG_START": "2018-02-30"}
    with Live(tmp_path, **wrong) as live, raises(pytest.fail.Exception, "code", "SPARKIFY_LOG_START", "'2018-02-30'"):
        live.start()
