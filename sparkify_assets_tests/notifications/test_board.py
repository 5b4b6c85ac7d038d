"""What becomes a message: a problem once, once more when it is worse, once more when it is resolved."""

from typing import Any

from sparkify_assets.notifications import ERROR, WARNING, AlertState, Incident, IncidentTracker
from sparkify_assets_tests.support import mentions


def board(caught_up: bool = True) -> IncidentTracker:
    return IncidentTracker(AlertState(caught_up=caught_up), ["1", "2"])


def problem(**fields: Any) -> Incident:
    given = {
        "kind": "check",
        "subject_key": "songplays.k",
        "severity": ERROR,
        "subject": "songplays: k",
        "text": "3 rows",
        "opened_at": 0.0,
    }
    return Incident(**(given | fields))


def titles(b: IncidentTracker) -> list[str]:
    return [message.title for message in b.state.outbox]


def test_a_problem_is_told_once_to_each_receiver() -> None:
    b = board()
    for _ in range(3):
        b.open(problem())
    (message,) = b.state.outbox
    assert message.title == "ERROR songplays: k"
    finding, end = message.body.split("\n\n")
    assert finding == "3 rows"
    mentions(end, " 1 ")
    assert sorted(message.to) == ["1", "2"]


def test_the_same_check_of_another_partition_is_another_problem() -> None:
    b = board()
    b.open(problem(partition="2018-11-01"))
    b.open(problem(partition="2018-11-02"))
    b.resolve("check", "songplays.k", "2018-11-02", at=60)
    assert titles(b) == ["ERROR songplays: k", "ERROR songplays: k", "RESOLVED songplays: k"]
    assert [p.partition for p in b.open_incidents("check")] == ["2018-11-01"]


def test_a_warning_that_becomes_an_error_is_told_again_and_the_way_back_is_not() -> None:
    b = board()
    for severity in (WARNING, ERROR, WARNING, ERROR):
        b.open(problem(severity=severity))
    assert titles(b) == ["WARNING songplays: k", "ERROR songplays: k"]
    mentions(b.state.outbox[1].body, "warning", "\n3 rows\n")


def test_what_comes_and_goes_is_told_each_time_it_comes_and_goes() -> None:
    b = board()
    for _ in range(2):
        b.open(problem())
        b.resolve("check", "songplays.k", None, at=60)
        b.resolve("check", "songplays.k", None, at=120)
    assert titles(b) == ["ERROR songplays: k", "RESOLVED songplays: k"] * 2
    mentions(b.state.outbox[1].body, "1970-01-01 00:00 UTC", "error", "1970-01-01 00:01 UTC")


def test_of_a_history_only_what_is_still_a_problem_is_told() -> None:
    b = board(caught_up=False)
    b.open(problem())
    b.open(problem(subject_key="users.k", subject="users: k"))
    b.open(problem(subject_key="songs.k", subject="songs: k", severity=WARNING))
    b.open(problem(subject_key="songs.k", subject="songs: k", severity=ERROR, text="4 rows"))
    b.resolve("check", "users.k", None, at=60)
    assert titles(b) == []
    b.finish_backlog()
    b.finish_backlog()
    assert titles(b) == ["ERROR songplays: k", "ERROR songs: k"]
    assert b.state.outbox[1].body.startswith("4 rows")


def test_texts_are_cut_and_not_kept_twice() -> None:
    b = board()
    b.open(problem(text="x" * 100_000, subject="y" * 1000))
    (message,) = b.state.outbox
    assert len(message.title) == 200
    assert len(message.body) < 1600
    assert b.open_incidents("check")[0].text == ""
    assert AlertState.model_validate_json(b.state.model_dump_json(exclude_defaults=True)) == b.state
