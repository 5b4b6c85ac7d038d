"""``sparkify forget``: list where the lake holds the records of a user; after their removal, take the user out of warehouse and history.

Put here options and output. Do not put here what is a user's record (ingest/person.py) or what is deleted (orchestration/forgetting.py).
"""

import csv
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from sparkify_assets.cli.streams import say, warn, writing
from sparkify_assets.settings import read_settings
from sparkify_assets.text import pluralized

if TYPE_CHECKING:
    from sparkify_assets.ingest.person import PersonRecord, PersonRecords

FIELDS: Sequence[str] = ("file", "line", "last_line", "number", "of", "is_certain")


@click.command()
@click.argument("user_id")
@click.option("--as", "form", type=click.Choice(["text", "csv", "json"]), default="text", show_default=True, help="Form of the list.")
@click.option("--done", is_flag=True, help="The records are removed from the lake: load, and delete the history of past runs.")
@click.option("--keep-history", is_flag=True, help="With --done: leave the history of past runs, which may show rows of the user.")
@click.option("--yes", is_flag=True, help="With --done: do not ask.")
def forget(user_id: str, form: str, done: bool, keep_history: bool, yes: bool) -> None:
    """List where the lake holds the records of a user; after their removal, with --done, forget the user.

    The lake is never changed: remove the listed records yourself, then run the command with --done.
    """
    from sparkify_assets.cli.progress import bar, working
    from sparkify_assets.factories import open_lake, open_warehouse
    from sparkify_assets.model import load_catalog

    settings, catalog = read_settings(), load_catalog()
    with working("starting Dagster"):
        from sparkify_assets.orchestration.forgetting import find_in_lake, person_id, rows_left
        from sparkify_assets.orchestration.forgetting import forget as take_out
    person = person_id(catalog, user_id)
    if not done:
        with working("reading the lake"):
            found = find_in_lake(open_lake(settings), catalog, person)
        _print(found, form)
        if found.unread:
            raise click.ClickException(f"the list is not complete: {pluralized(len(found.unread), 'file')} cannot be read")
        return
    warehouse = open_warehouse(settings, warn)
    unknown = None
    if not rows_left(catalog, warehouse, person):
        unknown = f"no table has a row of user {person}: their days were loaded again already, or the id is wrong"
        warn(unknown)
    if unknown and yes and not keep_history:
        raise click.ClickException(f"{unknown}; nothing was done. To delete the history nevertheless, run this without --yes")
    if not yes and not keep_history:
        click.confirm("Load what has changed, and delete the history of all past runs in DAGSTER_HOME?", abort=True)
    from sparkify_assets.cli.dagster_home import dagster_home
    from sparkify_assets.cli.load import print_summary

    with bar("starting") as progress:
        with working("starting Dagster"):
            home = dagster_home()
            from sparkify_assets.definitions import defs
            from sparkify_assets.orchestration.progress import progress_handler
        with progress_handler(progress):
            report = take_out(defs, settings, home, warehouse, person, keep_history, warn)
    with writing():
        print_summary(report, settings.dashboard)
    if report.reason:
        raise click.ClickException(report.reason)
    say("the user is forgotten: no table has a row of theirs" + ("" if keep_history else ", and the history of past runs is deleted"))


def _print(found: "PersonRecords", form: str) -> None:
    records = [*found.certain, *found.possible]
    if form == "csv":
        _print_csv(records)
    elif form == "json":
        for record in records:
            say(json.dumps(asdict(record)))
    else:
        for record in records:
            say(str(record) + ("" if record.is_certain else "  (not JSON; look whether it is theirs)"))
    for why in found.unread:
        warn(f"not read: {why}")
    count = f"{pluralized(len(found.certain), 'record')} of the user in {pluralized(found.files, 'file')}"
    if found.possible:
        count += f", and {pluralized(len(found.possible), 'line')} without valid JSON that may be theirs"
    warn(f"{count}. {'Remove them, then run' if records else 'Nothing is to be removed; run'} this with --done")


def _print_csv(records: "Sequence[PersonRecord]") -> None:
    with writing():
        out = csv.DictWriter(sys.stdout, FIELDS, lineterminator="\n")
        out.writeheader()
        out.writerows(asdict(record) for record in records)
