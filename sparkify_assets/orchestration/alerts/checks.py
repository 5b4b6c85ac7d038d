"""Checks as problems: an evaluation that fails is one, the next that passes for the same partition mends it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import dagster as dg
from dagster import AssetCheckEvaluation

from sparkify_assets.alerts import ERROR, WARNING, Board, Problem, cut
from sparkify_assets.orchestration.checks.answers import CHECKED
from sparkify_assets.words import counted

COUNTS = {"failing_rows": "failing row", "rejected": "rejected record"}
SAMPLES = ("sample", "rejected_records")
SAMPLE_ROWS, LONGEST_ROW, LONGEST_FINDING = 3, 200, 600

Claims = Mapping[str, str]
"""songplays.primary_key → what the check claims; every check that there is"""


def claims_of(defs: dg.Definitions) -> Claims:
    nodes = defs.resolve_asset_graph().asset_check_nodes
    return {_name(node.key.asset_key, node.key.name): node.description or "" for node in nodes}


def forget_gone(board: Board, claims: Claims) -> None:
    """Checks that the definitions do not have any more will never pass."""
    for problem in board.open("check"):
        if problem.of not in claims:
            board.forget(problem)


def take_evaluation(board: Board, found: AssetCheckEvaluation, at: float, claims: Claims, ui_url: str) -> None:
    """Put an evaluation on the board."""
    of = _name(found.asset_key, found.check_name)
    if of not in claims or CHECKED in found.metadata:  # the latter stands for partitions, each of which has an evaluation of its own
        return
    if not found.passed:
        board.found(_problem(found, of, at, claims[of], ui_url))
    elif found.partition:
        board.mended("check", of, found.partition, at)
    else:  # it was asked of the whole table
        for problem in board.open("check", of):
            board.mended("check", of, problem.partition, at)


def _problem(found: AssetCheckEvaluation, of: str, at: float, claim: str, ui_url: str) -> Problem:
    table = found.asset_key.to_user_string()
    return Problem(
        kind="check",
        of=of,
        partition=found.partition,
        severity=WARNING if found.severity == dg.AssetCheckSeverity.WARN else ERROR,
        subject=f"{table} {found.partition}: {found.check_name}" if found.partition else f"{table}: {found.check_name}",
        text=_text(found, claim),
        link=f"{ui_url}/assets/{quote(table)}?view=checks&checkDetail={quote(found.check_name)}",
        since=at,
    )


def _text(found: AssetCheckEvaluation, claim: str) -> str:
    told = cut(found.description or "", LONGEST_FINDING)
    parts = [
        _count(found.metadata, told),
        told,
        f"What is checked: {claim}" if claim and claim not in told else "",
        _sample(found.metadata),
    ]
    return "\n".join(part for part in parts if part)


def _count(metadata: Mapping[str, Any], told: str) -> str:
    """How many, where the finding's own words do not say it."""
    for name, noun in COUNTS.items():
        number = metadata[name].value if name in metadata else None
        if isinstance(number, int) and number and counted(number, noun) not in told:
            return f"{counted(number, noun)}."
    return ""


def _sample(metadata: Mapping[str, Any]) -> str:
    tables = [metadata[name] for name in SAMPLES if isinstance(metadata.get(name), dg.TableMetadataValue)]
    rows = [record.data for table in tables for record in table.records][:SAMPLE_ROWS]
    lines = [", ".join(f"{name}={'null' if value is None else value}" for name, value in row.items()) for row in rows]
    return "\n".join(["\nFor example:", *(cut(line, LONGEST_ROW) for line in lines)]) if lines else ""


def _name(asset: dg.AssetKey, check: str) -> str:
    return f"{asset.to_user_string()}.{check}"
