"""The steps of ``sparkify cluster down``: show the plan, confirm, take a snapshot unless declined, delete, verify that nothing is left.

Put here the order of the steps and their output. Do not put here requests to AWS (aws/).
"""

import time
from datetime import UTC, datetime

import click

from sparkify_assets.aws import Account, CloudError, Stack, events, lake, stack, warehouse
from sparkify_assets.cli.progress import ERR, working
from sparkify_assets.cli.stack_events import POLL_SECONDS, cause, follow_stack, interruptible
from sparkify_assets.cli.streams import say


def delete_stack_and_lake(account: Account, name: str, found: Stack | None, delete_lake: bool, final_snapshot: bool, yes: bool) -> None:
    """Delete the stack and, if requested, its lake. Resources that no longer exist are not an error. Raises CloudError.

    A deletion that is in progress is watched: it is too late for a snapshot then.
    """
    bucket = found.parameters["LakeBucket"] if found else lake.usual_name(account, name)
    has_lake = lake.exists(account, bucket)
    is_lake_ours = has_lake and lake.maker(account, bucket) == name
    if delete_lake and has_lake and not is_lake_ours:
        raise CloudError(
            f"the lake {bucket} was there before the stack {name}, which did not make it; delete it by yourself. Nothing was deleted"
        )
    if found is None and not (delete_lake and is_lake_ours):
        kept = f"; its lake s3://{bucket} is kept, `--delete-lake` deletes it" if is_lake_ours else ""
        say(f"there is no stack {name} in {account.region}{kept}")
        return
    if found is not None and found.is_busy and found.status != "DELETE_IN_PROGRESS":
        raise CloudError(f"the stack {name} is {found.status}; wait until that has ended (`sparkify cluster status`), then run this again")
    state = warehouse.describe(account, found.parameters["Kind"], name) if found else None
    snapshot = _snapshot_name(name) if final_snapshot and state and found and found.status != "DELETE_IN_PROGRESS" else None
    _show_plan(account, name, found, bucket if has_lake else None, delete_lake, snapshot)
    if not yes and click.prompt(f"Type {name} to delete it", default="", show_default=False) != name:
        raise click.Abort
    if found is not None:
        if snapshot:
            _keep(account, found, snapshot)
        _delete_stack(account, found)
    if delete_lake and has_lake:
        _delete_lake(account, bucket)
    _print_leftovers(name, bucket if has_lake and not delete_lake else None, snapshot)


def _show_plan(account: Account, name: str, found: Stack | None, bucket: str | None, delete_lake: bool, snapshot: str | None) -> None:
    say(f"In account {account.number}, {account.region}:")
    if found is not None:
        say(f"  deleted  the stack {name}: the {found.parameters['Kind']} warehouse with all its tables, its passwords, role and policy")
    if snapshot:
        say(f"  kept     a snapshot of the warehouse, {snapshot}, billed until it is deleted (--no-final-snapshot takes none)")
    elif found is not None:
        say("  no snapshot of the warehouse is taken")
    if bucket:
        what = "with every version of every file in it" if delete_lake else "with all its files (--delete-lake deletes it)"
        say(f"  {'deleted' if delete_lake else 'kept':<8} the lake s3://{bucket}, {what}")


def _snapshot_name(name: str) -> str:
    return f"{name}-final-{datetime.now(UTC):%Y%m%d-%H%M%S}"


def _keep(account: Account, found: Stack, snapshot: str) -> None:
    kind = found.parameters["Kind"]
    try:
        warehouse.start_snapshot(account, kind, found.name, snapshot)
    except CloudError as e:  # a paused cluster, for one
        raise CloudError(f"{e}. Nothing was deleted; --no-final-snapshot deletes the warehouse without a snapshot") from e
    stopped = f"stopped; AWS goes on taking the snapshot {snapshot}, nothing was deleted. The same command again takes another one"
    with interruptible(stopped), working(f"taking the snapshot {snapshot}"):
        for status in warehouse.follow_snapshot(account, kind, snapshot):
            if status != "available":
                time.sleep(POLL_SECONDS)
    ERR.print(f"the snapshot {snapshot} is taken", markup=False, highlight=False)


def _delete_stack(account: Account, found: Stack) -> None:
    known: set[str] = set()
    if found.status != "DELETE_IN_PROGRESS":
        known = {e.id for e in events.events(account, found.id)}
        stack.protect(account, found, wanted=False)
        stack.delete(account, found)
    told = follow_stack(account, found.id, known, f"deleting the stack {found.name}", f"sparkify cluster down --stack {found.name}")
    if told[-1].status != "DELETE_COMPLETE":
        raise CloudError(f"the stack {found.name} is {told[-1].status}: {cause(told)}. Fix that, then run the command again")
    if stack.find(account, found.name) is not None:
        raise CloudError(f"the stack {found.name} is there still, or again; run the command once more")
    if state := warehouse.describe(account, found.parameters["Kind"], found.name):
        raise CloudError(f"the warehouse {found.name} is there still ({state.status}), and billed; delete it in Redshift's console")


def _delete_lake(account: Account, bucket: str) -> None:
    gone = 0
    stopped = f"stopped; part of the lake {bucket} is deleted. The same command again deletes the rest"
    with interruptible(stopped), working(f"emptying s3://{bucket}") as spinner:
        for number in lake.delete(account, bucket):
            gone += number
            spinner.update(f"emptying s3://{bucket}: {gone:,} versions deleted")
    if lake.exists(account, bucket):
        raise CloudError(f"the bucket {bucket} is there still; run the command again")
    ERR.print(f"the lake s3://{bucket} is deleted, {gone:,} versions of files", markup=False, highlight=False)


def _print_leftovers(name: str, bucket: str | None, snapshot: str | None) -> None:
    left = [f"the lake s3://{bucket} (`sparkify cluster up` takes it up again)"] if bucket else []
    left += [f"the snapshot {snapshot}"] if snapshot else []
    say(f"the stack {name} is deleted; {'left, and billed: ' + ' and '.join(left) if left else 'nothing of it is left'}")
