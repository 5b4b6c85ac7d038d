"""Checks as Dagster sees them: one op a table, each check selectable on its own, asked of the run's partitions only.

Beside a table's own promises, a staging table has two about its loading, which what follows waits for: no more rejected records
than tolerated, and every record of the files accounted for.

A check has no partitions of its own in Dagster, though it looks at the run's: in a run over a range, one that has them is shown as
skipped for each of them unless each is answered by an event of its own, at 8 ms apiece (60 checks × 30 days: 14 s).
"""

from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg

from sparkify_assets.model import STAGING, Catalog, Check, Table
from sparkify_assets.orchestration.errors import told_plainly
from sparkify_assets.orchestration.metadata import rejects_as_table, rows_as_table
from sparkify_assets.orchestration.partitions import chosen, partitions_of
from sparkify_assets.orchestration.staging import REJECTS
from sparkify_assets.settings import Settings
from sparkify_assets.warehouse import Session, Warehouse
from sparkify_assets.words import counted

ACCOUNTED = "records_accounted_for"
SEVERITY = {"error": dg.AssetCheckSeverity.ERROR, "warning": dg.AssetCheckSeverity.WARN}


def checks_of(table: Table, catalog: Catalog, settings: Settings) -> dg.AssetChecksDefinition:
    promises = {c.name: c for c in catalog.checks[table.name]}
    partitions = partitions_of(table, catalog, settings)
    specs = [_spec(table, c) for c in promises.values()]
    if table.layer == STAGING:
        specs += _loading_specs(table, settings)

    @dg.multi_asset_check(name=f"{table.name}_checks", specs=specs, can_subset=True)
    def run(context: dg.AssetCheckExecutionContext, warehouse: dg.ResourceParam[Warehouse]) -> Iterator[dg.AssetCheckResult]:
        keys = chosen(context.run, partitions) if partitions else None
        wanted = {k.name for k in context.selected_asset_check_keys}
        with told_plainly(), warehouse.session() as session:
            for spec in specs:
                if spec.name not in wanted:
                    continue
                if spec.name in promises:
                    yield _of_promise(session, promises[spec.name], table, keys)
                else:
                    yield _of_loading(session, spec.name, table, keys, settings)

    return run


def _spec(table: Table, check: Check) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        check.name,
        asset=table.name,
        description=check.description,
        additional_deps=sorted(check.reads - {table.name}),  # asked after the tables it looks into have been refreshed
        metadata={"severity": check.severity, "stated_in": f"{table.layer}/{table.name}/{check.path.name}"},
    )


def _loading_specs(table: Table, settings: Settings) -> list[dg.AssetCheckSpec]:
    told = {
        REJECTS: f"No partition has more rejected records than SPARKIFY_MAX_REJECTED ({settings.max_rejected}); fewer are a warning.",
        ACCOUNTED: "Records in the files = rows + rejected records.",
    }
    return [
        dg.AssetCheckSpec(name, asset=table.name, description=text, blocking=True, metadata={"severity": "blocking"})
        for name, text in told.items()
    ]


def _of_promise(session: Session, check: Check, table: Table, keys: Sequence[str] | None) -> dg.AssetCheckResult:
    broken = session.breaking(check, table, keys)
    metadata: dict[str, Any] = {"failing_rows": broken.count, "query": dg.MetadataValue.md(f"```sql\n{broken.sql}\n```")}
    if broken.count:
        metadata["sample"] = rows_as_table(broken.columns, broken.sample)
    return dg.AssetCheckResult(
        check_name=check.name,
        asset_key=table.name,
        passed=broken.count == 0,
        severity=SEVERITY[check.severity],
        description=f"{counted(broken.count, 'failing row')}: {check.description}" if broken.count else None,
        metadata=metadata,
    )


def _of_loading(session: Session, name: str, table: Table, keys: Sequence[str] | None, settings: Settings) -> dg.AssetCheckResult:
    history = {k: h for k, h in session.history(table).items() if keys is None or k in keys}
    if name == REJECTS:
        return _rejects_within_tolerance(session, table, {k: h.rejected for k, h in history.items() if h.rejected}, settings.max_rejected)
    rows = session.counts(table, list(history))
    off = [(k, h.records, rows.get(k, 0), h.rejected) for k, h in history.items() if h.records != rows.get(k, 0) + h.rejected]
    return dg.AssetCheckResult(
        check_name=name,
        asset_key=table.name,
        passed=not off,
        description=f"{counted(len(off), 'partition')} not accounted for" if off else None,
        metadata={
            "records": sum(h.records for h in history.values()),
            "rows": sum(rows.values()),
            "rejected": sum(h.rejected for h in history.values()),
            **({"sample": rows_as_table(("partition", "records", "rows", "rejected"), off[:10])} if off else {}),
        },
    )


def _rejects_within_tolerance(session: Session, table: Table, rejected: dict[str, int], tolerated: int) -> dg.AssetCheckResult:
    total = sum(rejected.values())
    beyond = sorted(k for k, n in rejected.items() if n > tolerated)
    return dg.AssetCheckResult(
        check_name=REJECTS,
        asset_key=table.name,
        passed=total == 0,
        # some, but tolerated: a warning, which does not stop what follows
        severity=dg.AssetCheckSeverity.ERROR if beyond else dg.AssetCheckSeverity.WARN,
        description=f"{total:,} rejected records in {', '.join(sorted(rejected)[:10])}; {tolerated} a partition tolerated"
        if total
        else None,
        metadata={
            "rejected": total,
            **({"rejected_records": rejects_as_table(session.rejects(table, sorted(rejected)))} if total else {}),
        },
    )
