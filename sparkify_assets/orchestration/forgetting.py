"""`sparkify forget`: takes a person out of the warehouse and of Dagster's history, after they were taken out of the lake.

The tables follow from the lake, so that a load does it: it replaces the rows and rejected records of each day whose files have changed,
also of days whose staging rows have expired, and refreshes what follows.  Then it is verified, and the past runs are deleted, since
their metadata, check results and logs may show rows.

Put here the order of that, and what of the history is deleted.  Do not put here what a record of a person is (ingest/person.py).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import dagster as dg

from sparkify_assets.errors import SparkifyError, WarehouseError
from sparkify_assets.factories import open_lake
from sparkify_assets.ingest.person import PersonRecords, find_person, text_is_about
from sparkify_assets.lake import Lake
from sparkify_assets.model import LOOKUPS, STAGING, Catalog, Table, load_catalog
from sparkify_assets.orchestration.alerts.store import Store
from sparkify_assets.orchestration.history_prune import rewrite_files
from sparkify_assets.orchestration.history_sync import ADOPTED
from sparkify_assets.orchestration.instance import delete_runs, open_instance, refuse_runs_in_progress
from sparkify_assets.orchestration.load_summary import LoadSummary
from sparkify_assets.orchestration.metadata import materialization
from sparkify_assets.orchestration.orphaned_runs import fail_orphaned_runs
from sparkify_assets.orchestration.runner import LoadRunner
from sparkify_assets.settings import Settings
from sparkify_assets.text import listed, pluralized
from sparkify_assets.warehouse import Warehouse

COMMAND = "sparkify forget"
"""in the tags of runs, without the person"""
TEXT_REMOVED = "The text was removed by `sparkify forget`; the link shows what is still known."
SHOWN = 5


def tables_of_persons(catalog: Catalog) -> list[Table]:
    """Staging tables whose records are of persons."""
    return [table for table in catalog.layer(STAGING) if table.person_column is not None]


def person_id(catalog: Catalog, text: str) -> str:
    """The id as the tables hold it.  Raises SparkifyError where it cannot be the id of a person."""
    for table in tables_of_persons(catalog):
        column = table.column(table.person_column or "")
        if limits := column.integer_limits:
            if not text.strip().isdecimal() or not limits[0] <= int(text) <= limits[1]:
                raise SparkifyError(f"{text!r} is no id of {table.name}.{column.name}; expected a whole number up to {limits[1]}, as 15")
            return str(int(text))
    return text.strip()


def find_in_lake(lake: Lake, catalog: Catalog, person: str) -> PersonRecords:
    """The person's records in all sources of the lake.  Raises LakeError."""
    whole = PersonRecords()
    for table in tables_of_persons(catalog):
        assert table.source is not None
        found = find_person(lake, table.source, table.person_key, person)
        whole.files += found.files
        whole.certain += found.certain
        whole.possible += found.possible
        whole.unread += found.unread
    return whole


@dataclass(frozen=True)
class Forgetting:
    """Takes a person out of a warehouse and of a Dagster instance, both open."""

    defs: dg.Definitions
    catalog: Catalog
    """the tables that ``defs`` are made of"""
    settings: Settings
    warehouse: Warehouse
    instance: dg.DagsterInstance

    def run(self, person: str, keep_history: bool = False) -> LoadSummary:
        """Returns what the last load did.

        Raises SparkifyError while the lake holds records of the person, while a run is in progress, and where a load leaves rows of the
        person.
        """
        self._refuse_records_left(find_in_lake(open_lake(self.settings), self.catalog, person))
        fail_orphaned_runs(self.instance)
        refuse_runs_in_progress(self.instance, self.defs)
        summary = self._load()
        if summary.reason:
            raise WarehouseError(f"the user is not forgotten yet, since the load failed: {summary.reason}")
        if rows := rows_left(self.catalog, self.warehouse, person):
            found = listed([f"{pluralized(number, 'row')} of {name}" for name, number in rows.items()], SHOWN)
            raise WarehouseError(
                f"the user is not forgotten yet: {self.warehouse.location} still has {found}. Days outside of SPARKIFY_LOG_START and "
                "SPARKIFY_LOG_END stay as loaded: widen these, then run this again"
            )
        if keep_history:
            return summary
        self._clear_history()
        return self._load()

    def _load(self) -> LoadSummary:
        return LoadRunner(self.defs, self.catalog, self.settings, self.warehouse, self.instance, command=COMMAND).run(
            None, None, force=False
        )

    def _refuse_records_left(self, left: PersonRecords) -> None:
        if left.certain:
            what = "1 record of the user is" if len(left.certain) == 1 else f"{pluralized(len(left.certain), 'record')} of the user are"
            raise SparkifyError(f"{what} still in the lake, first {left.certain[0]}; nothing was done. Remove what `{COMMAND}` lists")
        if left.unread:
            raise SparkifyError(f"{pluralized(len(left.unread), 'file')} cannot be read; nothing was done. First: {left.unread[0]}")

    def _clear_history(self) -> None:
        """Delete the runs, with their events, check results and logs, and the texts of alerts.

        The next load shows again what the warehouse holds.  What has no partitions and is not recomputed by a load is shown here.
        """
        delete_runs(self.instance, self.defs)
        store = Store(self.instance)
        state = store.read()
        for incident in state.incidents.values():
            incident.text = incident.text and TEXT_REMOVED
        for message in state.outbox:
            message.body = TEXT_REMOVED
        store.save(state)
        lookups = self.catalog.layer(LOOKUPS)
        with self.warehouse.read_session(COMMAND) as session:
            rows = session.queries.row_counts_of(lookups)
        for table in lookups:
            found = materialization(table, None, {"dagster/row_count": rows[table.name], **ADOPTED})
            self.instance.report_runless_asset_event(found)


def forget(
    defs: dg.Definitions,
    settings: Settings,
    home: Path,
    warehouse: Warehouse,
    person: str,
    keep_history: bool,
    warn: Callable[[str], None],
) -> LoadSummary:
    """Take a person out of the warehouse and of the Dagster instance of ``home``, as Forgetting.run() says.

    ``warn`` receives which file may still have what was deleted.
    """
    with open_instance(home) as instance, warehouse.kept_open():
        summary = Forgetting(defs, load_catalog(), settings, warehouse, instance).run(person, keep_history)
    if not keep_history:
        for why in rewrite_files(home):
            warn(why)
    return summary


def rows_left(catalog: Catalog, warehouse: Warehouse, person: str) -> Mapping[str, int]:
    """Table → its rows of the person, rejected records included."""
    found: dict[str, int] = {}
    with warehouse.read_session(COMMAND) as session:
        for table in tables_of_persons(catalog):
            found |= session.queries.rows_of_person(table, person)
            rejected = [raw for _, _, raw in session.metadata.rejected_texts(table)]
            if number := sum(text_is_about(raw, table.person_key, person) for raw in rejected):
                found["rejected_records"] = found.get("rejected_records", 0) + number
    return found
