"""``sparkify cluster up|status|down|env``: create, show and delete the AWS side.

Put here options, output and the choice of what to do. Do not put here the steps of ``up`` and ``down`` (cluster_up.py, cluster_down.py) or
requests to AWS (aws/).
"""

import re
import shlex
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from sparkify_assets.cli.streams import say
from sparkify_assets.errors import SparkifyError

if TYPE_CHECKING:
    from sparkify_assets.aws import Account, Stack, WarehouseState

STACK = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
LONGEST = 30
"""Maximum characters of a stack's name. The lake's bucket name contains it with the account and the region, within 63 characters."""


@click.group()
def cluster() -> None:
    """Make, show or delete the AWS side: the lake's bucket, Redshift, and the permissions between them."""


def _common(command: Callable[..., None]) -> Callable[..., None]:
    region = click.option("--region", envvar=["AWS_REGION", "AWS_DEFAULT_REGION"], help="AWS region [AWS_REGION, or the profile's].")
    stack = click.option("--stack", "name", default="sparkify", show_default=True, callback=_name, help="Name of the stack.")
    return stack(region(command))


def _name(_: click.Context, __: click.Parameter, name: str) -> str:
    if not STACK.fullmatch(name) or len(name) > LONGEST:
        expected = f"expected lower-case letters, digits and single hyphens, a letter first, {LONGEST} at most"
        raise click.ClickException(f"--stack is {name}; {expected}")
    return name


@cluster.command()
@_common
@click.option("--kind", type=click.Choice(["serverless", "provisioned"]), help="Redshift: billed while queries run, or by the hour.")
@click.option("--cidr", help="The addresses that may reach the warehouse, as 10.0.0.0/16; a new stack needs it.")
@click.option("--public/--private", default=None, help="Give the warehouse an address outside its network, too (for --cidr alone).")
@click.option("--vpc", help="Network of the warehouse [default: the account's default VPC].")
@click.option("--subnet", "subnets", multiple=True, help="A subnet of it; may be given several times [default: one in each zone].")
@click.option("--node-type", type=click.Choice(["ra3.large", "ra3.xlplus"]), help="provisioned: the node [default: ra3.large].")
@click.option("--rpu", type=click.Choice(["4", "8", "16", "24", "32"]), help="serverless: processing units while it works [default: 8].")
@click.option(
    "--max-rpu",
    type=click.Choice(["4", "8", "16", "24", "32", "48", "64", "96", "128"]),
    help="serverless: the most that Redshift may scale to by itself [default: as --rpu].",
)
@click.option("--daily-rpu-hours", type=click.IntRange(0), help="serverless: what a day may use at most; 0: no limit [default: 24].")
@click.option("--database", help="The database [default: dev].")
@click.option("--kms-key", help="ARN of a KMS key of yours for warehouse, lake and secrets [default: AWS's keys].")
@click.option("--permissions-boundary", help="ARN of a policy that bounds the role that the stack makes [default: none].")
@click.option("--lake", help="Bucket of the lake; made if it is not there [default: STACK-lake-ACCOUNT-REGION].")
@click.option("--yes", is_flag=True, help="Do not ask.")
def up(name: str, region: str | None, yes: bool, **asked: Any) -> None:
    """Make the AWS side, or change it to what is asked.  Says what will be made and what it costs, and asks first.

    Run again, it changes what the options say and the template has new; with nothing new it does nothing.
    """
    from sparkify_assets.cli.cluster_up import change, complete, make, resume_watch

    account, found = _open(name, region)
    if found is None:
        make(account, name, asked, yes)
    elif found.is_busy:
        resume_watch(account, found)
    elif found.is_sound:
        change(account, found, asked, yes)
    else:
        raise SparkifyError(_unsound(found))
    stands = complete(account, name)
    say(f"\nThe stack {name} stands: {stands.status}. Its settings: `{_command('env', account, name)} >> .env`")


@cluster.command()
@_common
def status(name: str, region: str | None) -> None:
    """Show the stack, its lake and its warehouse."""
    account, stack = _open_existing(name, region)
    for label, text in _rows(account, stack, _warehouse(account, stack)):
        say(f"{label:<16} {text}")


@cluster.command()
@_common
@click.option("--delete-lake", is_flag=True, help="Delete the lake, too: its bucket, and every version of every file in it.")
@click.option(
    "--final-snapshot/--no-final-snapshot",
    default=True,
    show_default=True,
    help="Keep the warehouse's content as a snapshot, which Amazon bills until it is deleted.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
def down(name: str, region: str | None, delete_lake: bool, final_snapshot: bool, yes: bool) -> None:
    """Delete the AWS side.  Says what goes, and asks for the stack's name first.

    The lake stays, unless --delete-lake, and so does a snapshot of the warehouse, unless --no-final-snapshot.
    """
    from sparkify_assets.cli.cluster_down import delete_stack_and_lake

    account, stack = _open(name, region)
    delete_stack_and_lake(account, name, stack, delete_lake, final_snapshot, yes)


@cluster.command()
@_common
def env(name: str, region: str | None) -> None:
    """Print the settings for .env, and nothing else: `sparkify cluster env >> .env`.  The password stays in Secrets Manager.

    The user is sparkify_loader, who owns the platform's tables and no more, never the administrator.
    """
    account, stack = _open_existing(name, region)
    found = _warehouse(account, stack)
    if found is None or found.host is None:
        state = "not there" if found is None else found.status
        raise SparkifyError(
            f"the warehouse of {name} has no address: it is {state}, the stack {stack.status}; see `sparkify cluster status`"
        )
    if "LoaderSecretArn" not in stack.outputs:
        raise SparkifyError(
            f"the stack {name} has no user for the platform yet, as an earlier version made it; `{_command('up', account, name)}` makes one"
        )
    settings = {
        "LAKE": f"s3://{stack.outputs['LakeBucket']}",
        "WAREHOUSE": "redshift",
        "REDSHIFT_HOST": found.host,
        "REDSHIFT_PORT": str(found.port),
        "REDSHIFT_DATABASE": found.database,
        "REDSHIFT_SECRET": stack.outputs["LoaderSecretArn"],
        "REDSHIFT_IAM_ROLE": stack.outputs["CopyRoleArn"],
    }
    for setting, value in settings.items():
        say(f"SPARKIFY_{setting}={value}")


def _open(name: str, region: str | None) -> tuple["Account", "Stack | None"]:
    """Return the account, and the stack if it exists. Raises SparkifyError if this command did not create the stack."""
    from sparkify_assets.aws import Account
    from sparkify_assets.aws.stack import MARK, find

    account = Account(region)
    stack = find(account, name)
    if stack is not None and not stack.is_ours:
        raise SparkifyError(
            f"there is a stack {name} in {account.region} that this command did not make (no tag {MARK}); take another --stack"
        )
    return account, stack


def _open_existing(name: str, region: str | None) -> tuple["Account", "Stack"]:
    """Like _open(). Raises SparkifyError if the stack does not exist."""
    account, stack = _open(name, region)
    if stack is None:
        raise SparkifyError(f"there is no stack {name} in {account.region}; `{_command('up', account, name)}` makes it, or see to --region")
    return account, stack


def _warehouse(account: "Account", stack: "Stack") -> "WarehouseState | None":
    from sparkify_assets.aws.warehouse import describe

    return describe(account, stack.parameters["Kind"], stack.name)


def _unsound(stack: "Stack") -> str:
    if stack.status == "UPDATE_ROLLBACK_FAILED":
        hint = f"`aws cloudformation continue-update-rollback --stack-name {stack.name}` may fix it"
    else:
        hint = f"it cannot be changed any more: delete it with `sparkify cluster down --stack {stack.name}`, then run this again"
    why = f" ({stack.reason})" if stack.reason else ""
    return f"the stack {stack.name} is {stack.status}{why}; {hint}"


def _rows(account: "Account", stack: "Stack", found: "WarehouseState | None") -> list[tuple[str, str]]:
    age = datetime.now(UTC) - stack.created
    outputs = stack.outputs
    return [
        ("stack", f"{stack.name}: {stack.status}{f' ({stack.reason})' if stack.reason else ''}"),
        ("protected", "against deletion, until `sparkify cluster down`" if stack.is_protected else "no; `sparkify cluster up` protects it"),
        ("where", f"account {account.number}, {account.region}"),
        ("age", f"{age.days} days, {age.seconds // 3600} hours"),
        ("lake", f"s3://{outputs['LakeBucket']}" if "LakeBucket" in outputs else "not yet"),
        ("warehouse", f"{stack.parameters['Kind']}: {found.status if found else 'not there'}"),
        ("address", f"{found.host}:{found.port}/{found.database}" if found and found.host else "none"),
        ("open to", stack.parameters["AllowedCidr"]),
        ("secret", outputs.get("LoaderSecretArn", "not yet")),
        ("administrator", (found and found.secret) or "none"),
        ("role of COPY", outputs.get("CopyRoleArn", "not yet")),
        ("for who runs it", outputs.get("PlatformPolicyArn", "not yet")),
    ]


def _command(verb: str, account: "Account", name: str) -> str:
    """The command line for this stack, quoted for a shell."""
    words = ["sparkify", "cluster", verb, *(["--stack", name] if name != "sparkify" else []), "--region", account.region]
    return shlex.join(words)
