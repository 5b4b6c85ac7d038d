"""The stack: what CloudFormation is asked to make and to delete.  Its changes are in changes.py, its events in events.py."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from uuid import uuid4

from botocore.exceptions import ClientError

from sparkify_assets.aws.account import Account
from sparkify_assets.aws.errors import aws_errors, code_of, words_of

MARK = "sparkify:stack"
"""the tag of all that a stack of ours holds, its value the stack's name; a stack without it is somebody else's"""


@dataclass(frozen=True)
class Stack:
    """A stack as it is now."""

    name: str
    id: str
    status: str
    reason: str
    parameters: Mapping[str, str]
    outputs: Mapping[str, str]
    tags: Mapping[str, str]
    created: datetime

    @property
    def is_ours(self) -> bool:
        return self.tags.get(MARK) == self.name

    @property
    def is_busy(self) -> bool:
        return self.status.endswith("_IN_PROGRESS") and self.status != "REVIEW_IN_PROGRESS"

    @property
    def is_sound(self) -> bool:
        """Made, and can be changed."""
        return self.status in ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE")


def template() -> str:
    """The template's text, as it lies in the package."""
    return resources.files("sparkify_assets.aws").joinpath("stack.yaml").read_text(encoding="utf-8")


def find(account: Account, name: str) -> Stack | None:
    """The stack of this name (or id), or None where there is none.  One deleted is found by its id alone."""
    with aws_errors(f"asking for the stack {name}"):
        try:
            found = account.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
        except ClientError as e:
            if code_of(e) == "ValidationError" and "does not exist" in words_of(e):
                return None
            raise
    return Stack(
        found["StackName"],
        found["StackId"],
        found["StackStatus"],
        found.get("StackStatusReason", ""),
        {p["ParameterKey"]: p["ParameterValue"] for p in found.get("Parameters", ())},
        {o["OutputKey"]: o["OutputValue"] for o in found.get("Outputs", ())},
        {t["Key"]: t["Value"] for t in found.get("Tags", ())},
        found["CreationTime"],
    )


def create(account: Account, name: str, parameters: Mapping[str, str]) -> str:
    """Begin to make the stack; its id.  Sent twice by a retry, it is made once (the token)."""
    with aws_errors(f"making the stack {name}"):
        answer = account.client("cloudformation").create_stack(
            StackName=name,
            TemplateBody=template(),
            Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()],
            Capabilities=["CAPABILITY_IAM"],
            Tags=tags(name),
            OnFailure="ROLLBACK",
            TimeoutInMinutes=60,
            ClientRequestToken=token("up"),
        )
    return answer["StackId"]


def delete(account: Account, stack: Stack) -> None:
    """Begin to delete the stack and what it made, but for the lake, which the template keeps."""
    with aws_errors(f"deleting the stack {stack.name}"):
        account.client("cloudformation").delete_stack(StackName=stack.id, ClientRequestToken=token("down"))


def tags(name: str) -> list[dict[str, str]]:
    """What all that the stack holds is marked with."""
    return [{"Key": MARK, "Value": name}, {"Key": "application", "Value": "sparkify"}]


def token(purpose: str) -> str:
    """A name for one request: boto3 may send it twice, AWS does it once."""
    return f"sparkify-{purpose}-{uuid4()}"
