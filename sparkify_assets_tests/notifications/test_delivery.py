"""Messages on their way: receivers that are down, come back, refuse one message only; senders that die."""

from collections.abc import Sequence
from itertools import pairwise

import pytest

from sparkify_assets.notifications import ERROR, AlertState, Channel, Incident, IncidentTracker, deliver, parse_channels, resume
from sparkify_assets.notifications import outbox as delivery_module
from sparkify_assets_tests.notifications.servers import SECRET, HttpReceiver, http_receiver
from sparkify_assets_tests.support import mentions


class Office:
    """State, receivers and a clock that only goes when it is told to."""

    def __init__(self, *https: HttpReceiver) -> None:
        self.receivers: Sequence[Channel] = parse_channels(",".join(h.url for h in https), pytest.fail)
        self.state = AlertState(caught_up=True)
        self.time = 0.0
        self.saved = ""
        self.log: list[str] = []

    def open(self, *tables: str) -> None:
        board = IncidentTracker(self.state, [receiver.id for receiver in self.receivers])
        for table in tables:
            board.open(Incident(kind="check", subject_key=table, severity=ERROR, subject=table, opened_at=0))

    def resolve(self, table: str) -> None:
        IncidentTracker(self.state, [receiver.id for receiver in self.receivers]).resolve("check", table, None, at=1)

    def tick(self) -> int:
        resume(self.state, self.receivers, self.log.append)
        return deliver(self.state, self.receivers, self._save, lambda: self.time)[0]

    def _save(self) -> None:
        self.saved = self.state.model_dump_json(exclude_defaults=True)

    def restart(self) -> None:
        """As another process would find things."""
        self.state = AlertState.model_validate_json(self.saved)


def test_a_receiver_that_is_down_gets_everything_when_it_is_up_again_and_the_other_gets_nothing_twice() -> None:
    with http_receiver() as well, http_receiver(up=False) as down:
        office = Office(well, down)
        office.open("songplays", "users")
        office.resolve("users")
        office.tick()
        for office.time in (10, 29):
            assert office.tick() == 0, "it is too early to try again"
        office.time = 40
        office.tick()
        assert well.titles == ["ERROR songplays", "ERROR users", "RESOLVED users"]
        assert SECRET not in office.saved
        down.up()
        office.time = 10_000
        assert office.tick() == 3
        assert down.titles == ["ERROR songplays", "ERROR users", "RESOLVED users"]
        assert well.titles == down.titles
        assert office.state.outbox == []
        assert office.state.backoffs == {}


def test_pauses_double_up_to_an_hour() -> None:
    with http_receiver() as http:
        asked: list[float] = []
        office = Office(http)

        def unavailable(_message: object) -> int:
            asked.append(office.time)
            return 503

        http.status = unavailable
        office.open("songplays")
        for office.time in range(0, 15_000, 10):
            office.tick()
        assert [b - a for a, b in pairwise(asked)] == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]


def test_another_process_does_not_wait_since_its_settings_may_be_mended(monkeypatch: pytest.MonkeyPatch) -> None:
    with http_receiver(up=False) as http:
        office = Office(http)
        office.open("songplays")
        office.tick()
        http.up()
        office.restart()
        assert office.tick() == 0
        monkeypatch.setattr(delivery_module, "PROCESS", "another")
        assert office.tick() == 1


def test_a_message_that_is_never_taken_does_not_stop_the_others() -> None:
    with http_receiver() as http:
        http.status = lambda message: 400 if "songs" in message["title"] else 200
        office = Office(http)
        office.open("songs", "users", "time")
        office.tick()
        assert http.titles == []
        office.time = 1
        office.tick()
        assert http.titles == ["ERROR users", "ERROR time"]
        office.open("artists")
        office.time = 2
        office.tick()
        assert http.titles == ["ERROR users", "ERROR time", "ERROR artists"]
        assert [m.title for m in office.state.outbox] == ["ERROR songs"]


class Killed(BaseException):
    """As a signal would end a process, at a point of our choice."""


def test_a_sender_that_dies_between_sending_and_saving_leaves_a_message_that_says_it_may_be_a_repetition() -> None:
    with http_receiver() as http:
        office = Office(http)
        office.open("songplays", "users")
        save, saves = office._save, iter(range(10))

        def dying() -> None:
            if next(saves) == 1:  # the first save notes the intention
                raise Killed
            save()

        with pytest.raises(Killed):
            deliver(office.state, office.receivers, dying, lambda: 0)
        assert http.titles == ["ERROR songplays"]
        office.restart()
        office.tick()
        office.tick()
        assert http.titles == ["ERROR songplays", "ERROR songplays", "ERROR users"]
        first, again, other = (m["message"] for m in http.taken)
        mark = again.removesuffix(first)
        assert mark
        assert mark != again
        assert not other.startswith(mark)


def test_what_was_not_begun_is_not_marked() -> None:
    with http_receiver() as http:
        office = Office(http)
        office.open("songplays")
        (message,) = office.state.outbox
        office._save()
        office.restart()
        office.tick()
        assert http.titles == ["ERROR songplays"]
        assert http.taken[0]["message"].strip() == message.body.strip()


def test_messages_of_a_receiver_that_was_taken_out_go_to_the_log() -> None:
    with http_receiver() as http, http_receiver(up=False) as gone:
        office = Office(http, gone)
        office.open("songplays")
        office.tick()
        office.receivers = office.receivers[:1]
        office.tick()
        assert office.state.outbox == []
        (told,) = office.log
        mentions(told, " 1 ", "SPARKIFY_ALERT_URLS", "\nERROR songplays")


def test_so_many_are_kept_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery_module, "MAX_QUEUED", 2)
    with http_receiver(up=False) as http:
        office = Office(http)
        office.open("a", "b", "c", "d")
        office.tick()
        office.tick()
        assert [m.title for m in office.state.outbox] == ["ERROR c", "ERROR d"]
        assert len(office.log) == 2


def test_a_tick_ends_in_time_and_the_next_goes_on() -> None:
    with http_receiver() as http:
        office = Office(http)
        office.open(*(f"table {n}" for n in range(30)))
        sent, (waiting,) = deliver(office.state, office.receivers, office._save, lambda: 0, seconds=0)
        assert sent == 0
        mentions(waiting, "30 ", "json://", "1st of 1", "SPARKIFY_ALERT_URLS")
        assert office.tick() == 30
        assert http.titles == [f"ERROR table {n}" for n in range(30)]
