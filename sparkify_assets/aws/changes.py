"""Changes of a stack that is there: CloudFormation works them out first (a change set), so that people see them before they happen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sparkify_assets.aws.account import Account
from sparkify_assets.aws.errors import CloudError, aws_errors
from sparkify_assets.aws.stack import Stack, tags, template, token

NO_CHANGE = ("didn't contain changes", "No updates are to be performed")


@dataclass(frozen=True)
class Change:
    """What an update would do to one resource."""

    action: str
    """Add, Modify, Remove"""
    resource: str
    kind: str
    replaces: str
    """True: the resource is made anew, and what the old one held is not in it; Conditional: perhaps; False"""


def prepare(account: Account, stack: Stack, parameters: Mapping[str, str]) -> str:
    """Let CloudFormation work out what these parameters and today's template change; the change set's id.  Others stay as they are."""
    kept = [k for k in stack.parameters if k not in parameters]
    with aws_errors(f"working out the changes of the stack {stack.name}"):
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
    """The changes, none where there is nothing to change; None as long as CloudFormation is at it.  Raises CloudError."""
    client = account.client("cloudformation")
    changes: list[dict[str, Any]] = []
    with aws_errors("asking for the changes of the stack"):
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
    if answer["Status"] == "CREATE_COMPLETE" and not found:  # a parameter that only an output names: no resource changes, the stack does
        return [Change("Modify", "Outputs", "what the stack says of itself", "False")]
    return [Change(c["Action"], c["LogicalResourceId"], c["ResourceType"], c.get("Replacement", "False")) for c in found]


def apply(account: Account, change_set: str) -> None:
    """Begin to make the changes."""
    with aws_errors("changing the stack"):
        account.client("cloudformation").execute_change_set(ChangeSetName=change_set, ClientRequestToken=token("up"))


def discard(account: Account, change_set: str) -> None:
    with aws_errors("taking back the change set"):
        account.client("cloudformation").delete_change_set(ChangeSetName=change_set)
