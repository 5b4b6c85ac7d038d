"""The definition of a check: its claim, its severity, the file that states it, its evaluation, and its spec for Dagster.

Put here what all checks have in common. Do not put here single checks (the other modules) or outcomes (results.py).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import dagster as dg

from sparkify_assets.lake import LakeSnapshot
from sparkify_assets.model import Catalog, Check, Table
from sparkify_assets.orchestration.checks.results import PartitionedOutcome
from sparkify_assets.orchestration.partitions import partitions_of
from sparkify_assets.settings import Settings
from sparkify_assets.warehouse import LoadStats, ReadSession


@dataclass(frozen=True)
class CheckContext:
    """What an evaluation can use, besides the partitions to check (None: all)."""

    table: Table
    session: ReadSession
    lake: LakeSnapshot
    loaded: frozenset[str] = frozenset()
    """The table's partitions that hold rows: a check of all of them needs no filter."""
    failing: Mapping[Check, int] = field(default_factory=dict)
    """Data test → its failing rows in all the partitions together, where these are counted already."""

    @cached_property
    def load_stats(self) -> Mapping[str, LoadStats]:
        """Partition of the table, which is a staging table → what it was loaded from; one query for all checks of the table."""
        return self.session.metadata.load_stats(self.table)


@dataclass(frozen=True)
class CheckDefinition:
    """A check. ``severity``: blocking (the run stops downstream steps), error or warning."""

    name: str
    description: str
    severity: str
    evaluate: Callable[[CheckContext, Sequence[str] | None], PartitionedOutcome]
    reads: frozenset[str] = frozenset()
    """Other tables: the check is evaluated after their refresh."""
    stated_in: str | None = None
    """The file, if a table's folder states the check."""
    test: Check | None = None
    """The data test, if it is one: the tests of a step are counted by one statement."""


def check_spec(check: CheckDefinition, table: Table, catalog: Catalog, settings: Settings) -> dg.AssetCheckSpec:
    """The check as Dagster shows it. It has its table's partitions, so that it can run for some of them and the UI shows each."""
    partitions = partitions_of(table, catalog, settings)
    stated = {"stated_in": check.stated_in} if check.stated_in else {}
    return dg.AssetCheckSpec(
        check.name,
        asset=table.name,
        description=check.description,
        blocking=check.severity == "blocking",
        additional_deps=[_dep(catalog[name], catalog, settings, partitions) for name in sorted(check.reads - {table.name})],
        metadata={"severity": check.severity, **stated},
        partitions_def=partitions,
    )


def _dep(other: Table, catalog: Catalog, settings: Settings, mine: dg.PartitionsDefinition | None) -> dg.AssetDep:
    """Tables with the same partitions map one to one; a table with others is read as a whole."""
    theirs = partitions_of(other, catalog, settings)
    return dg.AssetDep(other.name, partition_mapping=None if theirs is None or theirs == mine else dg.AllPartitionMapping())
