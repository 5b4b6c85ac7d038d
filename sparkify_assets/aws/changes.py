"""Change sets: CloudFormation computes the changes of an existing stack, so that users see them before they are made.

Put here updates. Do not put here creation and deletion (stack.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sparkify_assets.aws.account import Account
from sparkify_assets.aws.errors import CloudError, aws_errors
from sparkify_assets.aws.stack import Stack, tags, template, token

NO_CHANGE = ("didn't contain changes", "No updates are to be performed")


@dataclass(frozen=True)
class Change:
    """The effect of an update on one resource."""

    action: str
    """Add, Modify or Remove."""
    resource: str
    kind: str
    replaces: str
    """True: the resource is replaced by a new one without its data; Conditional: perhaps; False."""


def prepare(account: Account, stack: Stack, parameters: Mapping[str, str]) -> str:
    """Create a change set for these parameters and the current template; returns its id.

    Other parameters keep their values. Raises CloudError.
    """
    kept = [k for k in stack.parameters if k not in parameters]
    with aws_errors(f"working out the changes of the stack {stack.name}", "cloudformation"):
        answer = account.client("cloudformation").create_change_set(
            StackName=stack.id,
            ChangeSetName=token("changes"),
            ChangeSetType="UPDATE",
            TemplateBody=template(),
            Parameters=[
                *({"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()),
                *({"ParameterKey": k, "UsePreviousValue": True} for k in kept),
            ],
            Capabilities=["CAPABILITY_IAM"],
            Tags=tags(stack.name),
        )
    return answer["Id"]


def prepared(account: Account, change_set: str) -> Sequence[Change] | None:
    """The changes, empty if there are none; None while CloudFormation computes them. Raises CloudError."""
    client = account.client("cloudformation")
    changes: list[dict[str, Any]] = []
    with aws_errors("asking for the changes of the stack", "cloudformation"):
        answer = client.describe_change_set(ChangeSetName=change_set)
        if answer["Status"] == "FAILED" and not any(words in answer.get("StatusReason", "") for words in NO_CHANGE):
            raise CloudError(f"CloudFormation cannot work out the changes: {answer.get('StatusReason')}")
        if answer["Status"] not in ("CREATE_COMPLETE", "FAILED"):
            return None
        changes += answer.get("Changes", [])
        while token := answer.get("NextToken"):
            answer = client.describe_change_set(ChangeSetName=change_set, NextToken=token)
            changes += answer.get("Changes", [])
    found = [c["ResourceChange"] for c in changes if "ResourceChange" in c]
    if answer["Status"] == "CREATE_COMPLETE" and not found:  # only an output uses the parameter: the stack changes, its resources do not
        return [Change("Modify", "Outputs", "what the stack says of itself", "False")]
    return [Change(c["Action"], c["LogicalResourceId"], c["ResourceType"], c.get("Replacement", "False")) for c in found]


def apply(account: Account, change_set: str) -> None:
    """Start making the changes. Raises CloudError."""
    with aws_errors("changing the stack", "cloudformation"):
        account.client("cloudformation").execute_change_set(ChangeSetName=change_set, ClientRequestToken=token("up"))


def discard(account: Account, change_set: str) -> None:
    with aws_errors("taking back the change set", "cloudformation"):
        account.client("cloudformation").delete_change_set(ChangeSetName=change_set)
