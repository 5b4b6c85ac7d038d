"""Messages on their way: each to each receiver once as far as that can be, kept and tried again where one does not answer.

That a message is about to be sent is saved before, that it was sent, after.  A process killed in between leaves it unsure; it is then
sent again, marked as perhaps a repetition.  The same message may also come twice, unmarked, where a receiver took it and its answer
got lost or came too late.  Nothing else repeats one.
"""

import time
import uuid
from collections.abc import Callable, Sequence

from sparkify_assets.notifications.channels import Channel
from sparkify_assets.notifications.state import AlertState, Backoff, DeliveryState, Message
from sparkify_assets.text import pluralized

SECONDS = 25
"""for sending in one tick: Dagster ends a tick after 60, and the last one begun may take its time"""
FIRST_PAUSE, LONGEST_PAUSE = 30, 3600
MAX_QUEUED = 500
"""messages kept for a receiver that takes none; older ones go to the log instead"""
PROCESS = uuid.uuid4().hex


def resume(state: AlertState, receivers: Sequence[Channel], log: Callable[[str], object]) -> None:
    """Begin a tick: what another one left unsure, and what waits for receivers that are not there any more, or too long."""
    places = {receiver.id for receiver in receivers}
    for message in state.outbox:
        for delivery in message.to.values():
            if delivery.status == "sending":
                delivery.status = "unsure"
        for place in set(message.to) - places:
            _log_undelivered(message, place, "its receiver is not in SPARKIFY_ALERT_URLS any more", log)
    for place in places & set(state.backoffs):
        for message in state.waiting_for(place)[:-MAX_QUEUED]:
            _log_undelivered(message, place, f"more than {MAX_QUEUED} messages wait for its receiver", log)
    state.backoffs = {place: patience for place, patience in state.backoffs.items() if place in places}
    _drop_delivered(state)


def deliver(
    state: AlertState, receivers: Sequence[Channel], save: Callable[[], object], now: Callable[[], float], seconds: float = SECONDS
) -> tuple[int, list[str]]:
    """Send what is due.  Returns how many were sent, and a line for each receiver for which messages wait."""
    end = time.monotonic() + seconds
    sent = 0
    turn = list(receivers)
    while turn and time.monotonic() < end:  # one message each in turn: a slow receiver does not use up the others' time
        receiver = turn.pop(0)
        message = _next(state, receiver.id, now())
        if message is None:
            continue
        if _send(state, message, receiver, save, now):
            sent += 1
            turn.append(receiver)
    return sent, [line for receiver in receivers if (line := _backlog_line(state, receiver))]


def _send(state: AlertState, message: Message, receiver: Channel, save: Callable[[], object], now: Callable[[], float]) -> bool:
    delivery = message.to[receiver.id]
    repeated = delivery.status == "unsure"
    delivery.status = "sending"
    save()
    if taken := receiver.send(message, repeated):
        del message.to[receiver.id]
        state.backoffs.pop(receiver.id, None)
        _drop_delivered(state)
    else:
        delivery.status = "unsure" if repeated else "waiting"
        delivery.failures += 1
        _back_off(state, message, receiver.id, now())
    save()
    return taken


def _back_off(state: AlertState, message: Message, place: str, now: float) -> None:
    before = state.backoffs.get(place)
    failures = before.failures + 1 if before else 1
    only = message.number if before is None or before.only == message.number else None
    state.backoffs[place] = Backoff(failures=failures, next_try=now + _pause(failures), only=only, process=PROCESS)


def _next(state: AlertState, place: str, now: float) -> Message | None:
    """The oldest that was refused least often; what is said of one problem arrives in order."""
    first_of: dict[str, Message] = {}
    for message in state.waiting_for(place):
        first_of.setdefault(message.identity, message)
    patience = state.backoffs.get(place)
    if patience and patience.process == PROCESS and patience.next_try > now:
        # one that the receiver never takes does not hold up the others; where a second one fails, the receiver is down
        first_of = {m.identity: m for m in first_of.values() if patience.only not in (None, m.number)}
    return min(first_of.values(), key=lambda m: (m.to[place].failures, m.number), default=None)


def _pause(failures: int) -> float:
    return min(FIRST_PAUSE * 2.0 ** min(failures - 1, 20), LONGEST_PAUSE)


def _backlog_line(state: AlertState, receiver: Channel) -> str | None:
    number = len(state.waiting_for(receiver.id))
    why = ", which did not take the last one" if receiver.id in state.backoffs else ""
    return f"{pluralized(number, 'message')} for {receiver.name}{why}" if number else None


def _log_undelivered(message: Message, place: str, why: str, log: Callable[[str], object]) -> None:
    delivery: DeliveryState = message.to.pop(place)
    log(f"not delivered after {pluralized(delivery.failures, 'attempt')}, since {why}:\n{message.title}\n{message.body}")


def _drop_delivered(state: AlertState) -> None:
    state.outbox = [message for message in state.outbox if message.to]
