"""The outbox: sends each message to each channel once as far as possible, and retries if a channel does not respond.

The state is saved before and after a message is sent. If a process is killed in between, its delivery is unsure: the message is sent again,
marked as a possible duplicate. A message may also arrive twice, unmarked, if a channel accepted it but its response was lost or late.
Nothing else causes duplicates.

Put here order, retries and limits. Do not put here how one message is sent (channels.py).
"""

import time
import uuid
from collections.abc import Callable, Sequence

from sparkify_assets.notifications.channels import Channel
from sparkify_assets.notifications.state import AlertState, Backoff, DeliveryState, Message
from sparkify_assets.text import pluralized

SECONDS = 25
"""For sending in one tick: Dagster ends a tick after 60, and the last message begun may take a while."""
FIRST_PAUSE, LONGEST_PAUSE = 30, 3600
MAX_QUEUED = 500
"""Messages kept for a channel that accepts none; older ones are written to the log instead."""
PROCESS = uuid.uuid4().hex


def resume(state: AlertState, receivers: Sequence[Channel], log: Callable[[str], object]) -> None:
    """Begin a tick: mark interrupted deliveries as unsure, and log messages for channels that no longer exist or have too many waiting."""
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
    """Send what is due. Returns the number of messages sent, and a line for each channel with waiting messages."""
    end = time.monotonic() + seconds
    sent = 0
    turn = list(receivers)
    while turn and time.monotonic() < end:  # one message per channel in rotation: a slow channel does not use up the others' time
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
    """The oldest message with the fewest failures; messages about one incident are sent in order."""
    first_of: dict[str, Message] = {}
    for message in state.waiting_for(place):
        first_of.setdefault(message.identity, message)
    patience = state.backoffs.get(place)
    if patience and patience.process == PROCESS and patience.next_try > now:
        # a message that the channel never accepts does not delay the others; if a second one fails, the channel is down
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
