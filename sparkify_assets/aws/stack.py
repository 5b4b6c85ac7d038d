"""The CloudFormation stack: find, create and delete it.

Put here operations on the whole stack. Do not put here updates (changes.py) or events (events.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from uuid import uuid4

from botocore.exceptions import ClientError

from sparkify_assets.aws.account import Account
from sparkify_assets.aws.errors import aws_errors, code_of, words_of

MARK = "sparkify:stack"
"""The tag of every resource of our stacks; its value is the stack's name. A stack without it is not ours."""


@dataclass(frozen=True)
class Stack:
    """The current state of a stack."""

    name: str
    id: str
    status: str
    reason: str
    parameters: Mapping[str, str]
    outputs: Mapping[str, str]
    tags: Mapping[str, str]
    created: datetime
    is_protected: bool = False
    """Whether AWS refuses to delete it (termination protection)."""

    @property
    def is_ours(self) -> bool:
        return self.tags.get(MARK) == self.name

    @property
    def is_busy(self) -> bool:
        return self.status.endswith("_IN_PROGRESS") and self.status != "REVIEW_IN_PROGRESS"

    @property
    def is_sound(self) -> bool:
        """Whether the stack is complete and can be updated."""
        return self.status in ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE")


def template() -> str:
    """The text of the template in the package."""
    return resources.files("sparkify_assets.aws").joinpath("stack.yaml").read_text(encoding="utf-8")


def find(account: Account, name: str) -> Stack | None:
    """The stack with this name or id, or None. A deleted stack is found only by its id. Raises CloudError."""
    with aws_errors(f"asking for the stack {name}", "cloudformation"):
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
        found.get("EnableTerminationProtection", False),
    )


def create(account: Account, name: str, parameters: Mapping[str, str]) -> str:
    """Start creating the stack; returns its id. A request that a retry sends twice creates it once (the token). Raises CloudError."""
    with aws_errors(f"making the stack {name}", "cloudformation"):
        answer = account.client("cloudformation").create_stack(
            StackName=name,
            TemplateBody=template(),
            Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()],
            Capabilities=["CAPABILITY_IAM"],
            Tags=tags(name),
            OnFailure="ROLLBACK",
            EnableTerminationProtection=True,
            TimeoutInMinutes=60,
            ClientRequestToken=token("up"),
        )
    return answer["StackId"]


def protect(account: Account, stack: Stack, wanted: bool) -> None:
    """Set or lift the termination protection, unless it is as wanted. Raises CloudError."""
    if stack.is_protected == wanted:
        return
    doing = f"{'setting' if wanted else 'lifting'} the termination protection of the stack {stack.name}"
    with aws_errors(doing, "cloudformation"):
        account.client("cloudformation").update_termination_protection(StackName=stack.id, EnableTerminationProtection=wanted)


def delete(account: Account, stack: Stack) -> None:
    """Start deleting the stack and its resources, except the lake, which the template keeps. Raises CloudError."""
    with aws_errors(f"deleting the stack {stack.name}", "cloudformation"):
        account.client("cloudformation").delete_stack(StackName=stack.id, ClientRequestToken=token("down"))


def tags(name: str) -> list[dict[str, str]]:
    """The tags of every resource of the stack."""
    return [{"Key": MARK, "Value": name}, {"Key": "application", "Value": "sparkify"}]


def token(purpose: str) -> str:
    """A unique id for one request: boto3 may send it twice, AWS executes it once."""
    return f"sparkify-{purpose}-{uuid4()}"
