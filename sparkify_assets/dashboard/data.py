"""What the page is made of: values only, fetched by whoever has the warehouse."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sparkify_assets.model import Table

Row = Mapping[str, Any]
Rows = Sequence[Row]
Outcome = Literal["passed", "warned", "failed"]


@dataclass(frozen=True)
class CheckResult:
    """The latest answer of one check."""

    table: str
    name: str
    outcome: Outcome
    found: str = ""
    """what it found, in a few words: shown unless it passed"""


@dataclass(frozen=True)
class Quality:
    """How much there is, and how good it is."""

    rows: Mapping[str, int]
    """table → its rows; staging, dimensions and facts, in the order they are to be shown"""
    rejected_records: int
    checks: Sequence[CheckResult]
    newest_play: datetime | None
    """UTC; None where nothing is loaded"""
    files: Mapping[str, int]
    """kind of file ("log files") → how many are loaded"""
    repaired_names: int
    """different texts of the logs and the catalogue that could be repaired"""
    uncertain_names: int
    """different texts that look broken and cannot be repaired with certainty"""
    kept_days: Sequence[str] = ()
    """days outside the configured ones, which are in every figure as they were last loaded"""


@dataclass(frozen=True)
class DashboardData:
    """The reports to show, in any order; each table's rows stand under its name."""

    tables: Sequence[Table]
    reports: Mapping[str, Rows]
    quality: Quality
