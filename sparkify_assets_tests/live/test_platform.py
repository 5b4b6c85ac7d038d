"""The platform as processes: what is launched through the web server runs, also after its processes were killed."""

import pytest

from sparkify_assets_tests.live.platform import Live
from sparkify_assets_tests.support import event, raises, song

LOGS = ("log_files", "staging_events", "users", "songplays", "time")


def test_a_range_is_one_run_and_survives_a_restart_of_everything(live: Live) -> None:
    for number, day in enumerate(("2018-11-01", "2018-11-02", "2018-11-03")):
        live.lake.events(day, [event(sessionId=number)])
    live.lake.songs("A", [song()])
    assert live.sparkify("load", "--to", "2018-11-01").status == 0
    live.start()
    run = live.wait_for_run(live.launch(LOGS, "2018-11-02", "2018-11-03"))
    assert run.assets == set(LOGS)
    # the reports follow by themselves: a run that is killed before it began would hold the only place for three minutes
    live.wait_until("the reports", lambda: live.rows("SELECT SUM(plays)::INT FROM popular_hours") == [(3,)], seconds=150)
    live.wait_for_quiet()
    live.kill()
    assert not live.is_up
    assert live.rows("SELECT COUNT(*), COUNT(song_id) FROM songplays") == [(3, 3)]
    live.start()
    assert live.materialized("songplays") == ["2018-11-01", "2018-11-02", "2018-11-03"]
    found = live.materialization("staging_events", "2018-11-02")
    assert found is not None
    assert found["dagster/partition_row_count"] == 1
    (answer, *_) = live.answers("songplays", "primary_key")
    assert (answer.status, answer.metadata["failing_rows"]) == ("SUCCEEDED", 0)
    check = live.launch_check("users", "level_is_free_or_paid", "2018-11-03")
    live.wait_for_run(check)
    answers = [a for a in live.answers("users", "level_is_free_or_paid") if a.run == check]
    assert [(a.partition, a.status) for a in answers] == [("2018-11-03", "SUCCEEDED")]
    live.stop()
    assert not live.is_up


def test_a_service_that_ends_is_told_with_its_log(live: Live) -> None:
    live.services["code"].environment = {**live.services["code"].environment, "SPARKIFY_LOG_START": "2018-02-30"}
    with raises(pytest.fail.Exception, "code", "SPARKIFY_LOG_START", "'2018-02-30'"):
        live.start()
