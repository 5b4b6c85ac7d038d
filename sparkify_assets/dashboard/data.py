"""The page's input, as plain values.

Put here the data classes. Do not put here the queries that fill them (orchestration/assets/dashboard.py) or their formatting
(formatting.py).
"""

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
    """The latest outcome of one check."""

    table: str
    name: str
    outcome: Outcome
    found: str = ""
    """What the check found, in a few words; displayed unless it passed."""


@dataclass(frozen=True)
class Quality:
    """Size and quality of the data."""

    rows: Mapping[str, int]
    """Table → number of rows; staging, dimensions and facts, in the order of display."""
    rejected_records: int
    checks: Sequence[CheckResult]
    newest_play: datetime | None
    """UTC; None if nothing is loaded."""
    files: Mapping[str, int]
    """Kind of file ("log files") → number of loaded files."""
    repaired_names: int
    """Number of distinct texts of the logs and the catalogue that could be repaired."""
    uncertain_names: int
    """Number of distinct texts that look broken and cannot be repaired with certainty."""
    kept_days: Sequence[str] = ()
    """Days outside the configured range. All figures include them as they were last loaded."""


@dataclass(frozen=True)
class DashboardData:
    """The reports to display, in any order, with the rows of each table by its name."""

    tables: Sequence[Table]
    reports: Mapping[str, Rows]
    quality: Quality
