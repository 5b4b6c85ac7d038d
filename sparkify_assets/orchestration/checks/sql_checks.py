"""Data tests: checks that select failing rows, derived from a table's DDL or written in its checks/ folder.

Put here how their results become outcomes. Do not put here their SQL (model/data_tests.py, checks/ in a table's folder).
"""

from collections.abc import Sequence
from typing import Any

import dagster as dg

from sparkify_assets.model import Catalog, Check, Table
from sparkify_assets.orchestration.checks.definition import CheckContext, CheckDefinition
from sparkify_assets.orchestration.checks.results import CheckOutcome, PartitionedOutcome, evaluate_per_partition
from sparkify_assets.orchestration.metadata import rows_table
from sparkify_assets.text import pluralized


def sql_checks(table: Table, catalog: Catalog) -> list[CheckDefinition]:
    return [_definition(check, table) for check in catalog.checks[table.name]]


def _definition(check: Check, table: Table) -> CheckDefinition:
    def ask(context: CheckContext, keys: Sequence[str] | None) -> PartitionedOutcome:
        counted = context.failing.get(check)
        return evaluate_per_partition(lambda some: _outcome(context, check, some, counted if some is keys else None), keys)

    stated = check.path.relative_to(table.folder.parent.parent).as_posix()
    return CheckDefinition(check.name, check.description, check.severity, ask, check.reads, stated, check)


def filtered(keys: Sequence[str] | None, loaded: frozenset[str]) -> Sequence[str] | None:
    """The partitions that a statement has to name; None: no filter is needed, since all that hold rows are checked."""
    return None if keys is None or loaded <= set(keys) else keys


def _outcome(context: CheckContext, check: Check, keys: Sequence[str] | None, counted: int | None) -> CheckOutcome:
    broken = context.session.queries.failing_rows(check, context.table, filtered(keys, context.loaded), counted)
    metadata: dict[str, Any] = {"failing_rows": broken.count, "query": dg.MetadataValue.md(f"```sql\n{broken.sql}\n```")}
    if broken.sample:
        metadata["sample"] = rows_table(broken.columns, broken.sample)
    return CheckOutcome(
        passed=broken.count == 0,
        severity=check.severity,
        description=f"{pluralized(broken.count, 'failing row')}: {check.description}" if broken.count else None,
        metadata=metadata,
    )
