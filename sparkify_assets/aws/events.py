"""CloudFormation's events of a stack.

Put here how events are read and classified. Do not put here waiting or output: the caller sleeps between requests (cli/stack_events.py).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sparkify_assets.aws.account import Account
from sparkify_assets.aws.errors import aws_errors

STARTS = ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS")


@dataclass(frozen=True)
class Event:
    """An event of a resource of the stack, or of the stack itself."""

    id: str
    time: datetime
    resource: str
    kind: str
    status: str
    reason: str
    of_the_stack: bool

    @property
    def is_end(self) -> bool:
        return self.of_the_stack and not self.status.endswith("_IN_PROGRESS")

    @property
    def is_cause(self) -> bool:
        """Whether this is a failure of its own, not the consequence of another."""
        return self.status.endswith("_FAILED") and "cancelled" not in self.reason.lower()


def events(account: Account, stack_id: str) -> list[Event]:
    """The events since the start of CloudFormation's last operation, oldest first. Raises CloudError."""
    found: list[Event] = []
    with aws_errors("asking for the stack's events", "cloudformation"):
        for page in account.client("cloudformation").get_paginator("describe_stack_events").paginate(StackName=stack_id):
            for one in page["StackEvents"]:  # newest first
                found.append(_event(one, stack_id))
                if found[-1].of_the_stack and found[-1].status in STARTS:
                    return found[::-1]
    return found[::-1]


def follow(account: Account, stack_id: str, known: set[str]) -> Iterator[list[Event]]:
    """Yield the new events at each step (perhaps none), until the stack's operation has ended. Raises CloudError.

    ``known``: ids of events to skip.
    """
    seen = set(known)
    while True:
        new = [e for e in events(account, stack_id) if e.id not in seen]
        seen |= {e.id for e in new}
        yield new
        if any(e.is_end for e in new):
            return


def _event(one: Mapping[str, Any], stack_id: str) -> Event:
    status, reason = one.get("ResourceStatus", ""), one.get("ResourceStatusReason", "")
    of_the_stack = one.get("PhysicalResourceId") == stack_id
    return Event(
        one["EventId"], one["Timestamp"], one.get("LogicalResourceId", ""), one.get("ResourceType", ""), status, reason, of_the_stack
    )
