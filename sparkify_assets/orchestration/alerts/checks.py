"""Incidents for checks: a failed evaluation opens one, the next that passes for the same partition resolves it.

Put here incidents of kind "check". Do not put here how checks are evaluated (orchestration/checks/).
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import dagster as dg
from dagster import AssetCheckEvaluation

from sparkify_assets.notifications import ERROR, WARNING, Incident, IncidentTracker, truncate
from sparkify_assets.orchestration.checks.results import CHECKED
from sparkify_assets.text import pluralized

COUNTS = {"failing_rows": "failing row", "rejected": "rejected record"}
SAMPLES = ("sample", "rejected_records")
SAMPLE_ROWS, LONGEST_ROW, LONGEST_FINDING = 3, 200, 600

CheckDescriptions = Mapping[str, str]
"""songplays.primary_key → the check's description; for all checks."""


def check_descriptions(defs: dg.Definitions) -> CheckDescriptions:
    nodes = defs.resolve_asset_graph().asset_check_nodes
    return {_name(node.key.asset_key, node.key.name): node.description or "" for node in nodes}


def drop_removed_checks(tracker: IncidentTracker, descriptions: CheckDescriptions) -> None:
    """Discard incidents of checks that are no longer defined: these never pass."""
    for incident in tracker.open_incidents("check"):
        if incident.subject_key not in descriptions:
            tracker.discard(incident)


def record_evaluation(
    tracker: IncidentTracker, found: AssetCheckEvaluation, at: float, descriptions: CheckDescriptions, ui_url: str
) -> None:
    """Open or resolve the incident of an evaluation. ``at``: seconds of Unix time."""
    of = _name(found.asset_key, found.check_name)
    if of not in descriptions or CHECKED in found.metadata:  # an overall result: its partitions have evaluations of their own
        return
    if not found.passed:
        tracker.open(_incident(found, of, at, descriptions[of], ui_url))
    elif found.partition:
        tracker.resolve("check", of, found.partition, at)
    else:  # evaluated for the whole table
        for incident in tracker.open_incidents("check", of):
            tracker.resolve("check", of, incident.partition, at)


def _incident(found: AssetCheckEvaluation, of: str, at: float, description: str, ui_url: str) -> Incident:
    table = found.asset_key.to_user_string()
    return Incident(
        kind="check",
        subject_key=of,
        partition=found.partition,
        severity=WARNING if found.severity == dg.AssetCheckSeverity.WARN else ERROR,
        subject=f"{table} {found.partition}: {found.check_name}" if found.partition else f"{table}: {found.check_name}",
        text=_text(found, description),
        link=f"{ui_url}/assets/{quote(table)}?view=checks&checkDetail={quote(found.check_name)}",
        opened_at=at,
    )


def _text(found: AssetCheckEvaluation, description: str) -> str:
    told = truncate(found.description or "", LONGEST_FINDING)
    parts = [
        _count(found.metadata, told),
        told,
        f"What is checked: {description}" if description and description not in told else "",
        _sample(found.metadata),
    ]
    return "\n".join(part for part in parts if part)


def _count(metadata: Mapping[str, Any], told: str) -> str:
    """The number of rows or records, if the description lacks it."""
    for name, noun in COUNTS.items():
        number = metadata[name].value if name in metadata else None
        if isinstance(number, int) and number and pluralized(number, noun) not in told:
            return f"{pluralized(number, noun)}."
    return ""


def _sample(metadata: Mapping[str, Any]) -> str:
    tables = [metadata[name] for name in SAMPLES if isinstance(metadata.get(name), dg.TableMetadataValue)]
    rows = [record.data for table in tables for record in table.records][:SAMPLE_ROWS]
    lines = [", ".join(f"{name}={'null' if value is None else value}" for name, value in row.items()) for row in rows]
    return "\n".join(["\nFor example:", *(truncate(line, LONGEST_ROW) for line in lines)]) if lines else ""


def _name(asset: dg.AssetKey, check: str) -> str:
    return f"{asset.to_user_string()}.{check}"
