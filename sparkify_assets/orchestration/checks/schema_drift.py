"""The schema drift check of a staging table: compares the keys in its files with those that source.toml declares.

Put here the outcome of the check. Do not put here how records are sampled (ingest/schema_drift.py).
"""

from collections.abc import Sequence
from typing import Any

from sparkify_assets.ingest.reasons import NOT_SHOWN
from sparkify_assets.ingest.schema_drift import (
    SAMPLE_FILES,
    SAMPLE_RECORDS,
    SAMPLE_RECORDS_PER_FILE,
    SchemaSample,
    merge_samples,
    sample_keys,
)
from sparkify_assets.model import Table
from sparkify_assets.orchestration.checks.definition import CheckContext, CheckDefinition
from sparkify_assets.orchestration.checks.results import CheckOutcome, PartitionedOutcome, combine
from sparkify_assets.orchestration.metadata import rows_table
from sparkify_assets.text import pluralized

SHOWN = 10


def schema_drift_check(table: Table) -> CheckDefinition:
    stated = f"{table.layer}/{table.name}/source.toml"
    return CheckDefinition(
        "no_schema_drift",
        f"Records have the keys that {stated} declares, and no others.  Told from a sample, evenly spread: of a run at most {SAMPLE_FILES} "
        f"files and {SAMPLE_RECORDS:,} records, of a file at most {SAMPLE_RECORDS_PER_FILE:,}.",
        "warning",
        _evaluate,
        stated_in=stated,
    )


def _evaluate(context: CheckContext, keys: Sequence[str] | None) -> PartitionedOutcome:
    source = context.table.source
    assert source is not None
    listed = context.lake.inventory(source).partitions
    found = sample_keys(context.lake.lake, source, {k: listed.get(k, ()) for k in (keys if keys is not None else listed)})
    shown = context.session.row_values.shown
    whole = _outcome(merge_samples(found.values()), shown)
    return combine(whole, {k: _outcome(f, shown) for k, f in found.items()} if keys is not None else {})


def _outcome(found: SchemaSample, shown: bool) -> CheckOutcome:
    """``shown``: whether undeclared keys are named: a key is part of a record, and a broken sender may have put a value in its place."""
    odd = [(key if shown else f"a key ({NOT_SHOWN})", "not declared", o) for key, o in sorted(found.unknown.items())]
    odd += [(key, "declared, but missing", o) for key, o in sorted(found.missing.items())]
    metadata: dict[str, Any] = {"files": found.files, "records": found.records}
    if found.unread:
        metadata["files_not_read"] = "\n".join(found.unread[:SHOWN])
    if not odd:
        return CheckOutcome(True, metadata=metadata)
    rows = [(key, what, o.records, o.file) for key, what, o in odd[:SHOWN]]
    told = "; ".join(f"{key}: {what} in {pluralized(times, 'record')}, first in {file}" for key, what, times, file in rows)
    return CheckOutcome(
        passed=False,
        severity="warning",
        description=f"Of {pluralized(found.records, 'record')} looked at: {told}",
        metadata=metadata | {"sample": rows_table(("key", "what", "records", "first_file"), rows)},
    )
