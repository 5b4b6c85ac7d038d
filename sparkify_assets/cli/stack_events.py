"""Follow an operation of CloudFormation: a line for each event, and one text for the outcome. AWS continues whether or not we watch.

Put here waiting, display and hints about failures. Do not put here how events are read (aws/events.py).
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from sparkify_assets.aws import Account, CloudError, Event
from sparkify_assets.aws.events import follow
from sparkify_assets.cli.progress import ERR, working

POLL_SECONDS = 5.0
QUOTA = ("limit", "quota", "exceed")
FORBIDDEN = ("not authorized", "access denied", "accessdenied", "unauthorized")


def follow_stack(account: Account, stack_id: str, known: set[str], doing: str, again: str) -> list[Event]:
    """Print the stack's events until its operation ends; returns all of them. ``again``: the command that continues watching after Ctrl-C.

    Raises CloudError on Ctrl-C.
    """
    told: list[Event] = []
    with (
        interruptible(f"stopped watching; AWS goes on {doing}. `sparkify cluster status` says how far it is, `{again}` watches it again"),
        working(doing) as spinner,
    ):
        for new in follow(account, stack_id, known):
            for event in new:
                spinner.update(f"{doing}: {event.resource}")
                ERR.print(_line(event), markup=False, highlight=False, soft_wrap=True)
            told += new
            if not any(e.is_end for e in new):
                time.sleep(POLL_SECONDS)
    return told


@contextmanager
def interruptible(text: str) -> Iterator[None]:
    """Raise CloudError with this text on Ctrl-C, which stops this command but not AWS."""
    try:
        yield
    except KeyboardInterrupt:
        raise CloudError(text) from None


def cause(events: list[Event]) -> str:
    """The first failure that is not the consequence of another, with a hint."""
    first = next((e for e in events if e.is_cause), None)
    if first is None:
        return f"AWS gives no reason ({events[-1].status if events else 'nothing happened'})"
    reason = first.reason.strip().rstrip(".")
    return f"{first.resource} ({first.kind}): {reason}{_help(reason.lower())}"


def _help(reason: str) -> str:
    if "already exists" in reason:
        return "; something of this name is there that the stack did not make: take another name (--stack, --lake), or delete it"
    if any(words in reason for words in FORBIDDEN):
        return "; docs/redshift.md lists the permissions that are needed"
    if any(words in reason for words in QUOTA):
        return "; delete what is not needed, or ask for more in Service Quotas"
    return ""


def _line(event: Event) -> str:
    line = f"{event.time.astimezone():%H:%M:%S}  {event.resource:<16}  {event.status.lower().replace('_', ' ')}"
    return f"{line}: {event.reason}" if event.status.endswith("_FAILED") else line
