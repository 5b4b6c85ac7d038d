"""What a check is before Dagster hears of it: the claim, what breaking it costs, where it is stated, and how it is asked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import dagster as dg

from sparkify_assets.lake import LakeSnapshot
from sparkify_assets.model import Catalog, Table
from sparkify_assets.orchestration.checks.results import PartitionedOutcome
from sparkify_assets.orchestration.partitions import partitions_of
from sparkify_assets.settings import Settings
from sparkify_assets.warehouse import Session


@dataclass(frozen=True)
class CheckContext:
    """What a check may look at, beside the partitions it is asked about (None: all)."""

    table: Table
    session: Session
    lake: LakeSnapshot


@dataclass(frozen=True)
class CheckDefinition:
    """A check.  ``severity`` is what its failure costs: blocking (nothing follows in the run), error or warning."""

    name: str
    description: str
    severity: str
    evaluate: Callable[[CheckContext, Sequence[str] | None], PartitionedOutcome]
    reads: frozenset[str] = frozenset()
    """other tables: it is asked when these have been refreshed"""
    stated_in: str | None = None
    """the file, where a table's folder states it"""


def check_spec(question: CheckDefinition, table: Table, catalog: Catalog, settings: Settings) -> dg.AssetCheckSpec:
    """The check as Dagster shows it.  It has its table's partitions, so that it can be asked for some, and is shown for each."""
    partitions = partitions_of(table, catalog, settings)
    stated = {"stated_in": question.stated_in} if question.stated_in else {}
    return dg.AssetCheckSpec(
        question.name,
        asset=table.name,
        description=question.description,
        blocking=question.severity == "blocking",
        additional_deps=[_dep(catalog[name], catalog, settings, partitions) for name in sorted(question.reads - {table.name})],
        metadata={"severity": question.severity, **stated},
        partitions_def=partitions,
    )


def _dep(other: Table, catalog: Catalog, settings: Settings, mine: dg.PartitionsDefinition | None) -> dg.AssetDep:
    """Days ask days; a table with other partitions is looked into as a whole."""
    theirs = partitions_of(other, catalog, settings)
    return dg.AssetDep(other.name, partition_mapping=None if theirs is None or theirs == mine else dg.AllPartitionMapping())
