"""The load summary: what a load did, counted while it runs (runner.py), and its text.

Put here counts and their wording. Do not put here what has to be loaded (load_plan.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import dagster as dg

from sparkify_assets.orchestration.checks.results import FAILING
from sparkify_assets.text import listed, pluralized

SHOWN = 5
"""Partitions named per check."""


@dataclass
class LoadSummary:
    """What a load did."""

    rows: dict[str, int] = field(default_factory=dict)
    rejected_records: int = 0
    """Those of the table rejected_records, whichever load kept them."""
    passed: int = 0
    warned: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    failing: dict[str, list[str]] = field(default_factory=dict)
    """Check that warned or failed → the partitions for which it did."""
    loaded: int = 0
    emptied: int = 0
    """Of the loaded: partitions whose files were deleted."""
    unchanged: int = 0
    unmatched: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    """Partitions outside the configured days that stay as last loaded."""
    adopted: int = 0
    """Partitions that the warehouse held and Dagster's event log did not show."""
    rejected_partitions: set[str] = field(default_factory=set)
    """Partitions that could not be loaded; their previous rows stay."""
    errors: list[str] = field(default_factory=list)
    runs: int = 0
    seconds: float = 0.0

    def count(self, answers: Sequence[dg.AssetCheckEvaluation]) -> None:
        """Add the check evaluations of a run."""
        of_a_check: dict[dg.AssetCheckKey, list[dg.AssetCheckEvaluation]] = {}
        for answer in answers:
            of_a_check.setdefault(answer.asset_check_key, []).append(answer)
        for key, found in of_a_check.items():
            # of a range there is an overall outcome beside those of the partitions (checks/results.py)
            bad = [a for a in found if not a.passed and a.partition is None] or [a for a in found if not a.passed]
            if not bad:
                self.passed += 1
                continue
            name = f"{key.asset_key.to_user_string()}.{key.name}"
            is_warning = all(a.severity == dg.AssetCheckSeverity.WARN for a in bad)
            (self.warned if is_warning else self.failed).append(name)
            self.failing.setdefault(name, []).extend(partition for a in bad for partition in _partitions(a))

    def with_partitions(self, checks: Sequence[str]) -> list[str]:
        """Names of failing checks, each once, with the partitions for which they fail."""
        told = []
        for name in dict.fromkeys(checks):
            keys = sorted(set(self.failing.get(name, ())))
            told.append(f"{name} ({listed(keys, SHOWN)})" if keys else name)
        return told

    @property
    def reason(self) -> str | None:
        """Why the load failed; None if it succeeded."""
        if self.errors:
            return self.errors[-1]
        return f"{pluralized(len(self.failed), 'check')} failed: {', '.join(self.with_partitions(self.failed))}" if self.failed else None

    def summary(self) -> str:
        rejected = f", {len(self.rejected_partitions):,} rejected and not loaded" if self.rejected_partitions else ""
        emptied = f" ({self.emptied:,} of them emptied, since their files are gone)" if self.emptied else ""
        return (
            f"{pluralized(self.loaded, 'partition')} loaded{emptied}, {self.unchanged:,} unchanged{rejected}; "
            f"{pluralized(self.rejected_records, 'rejected record')} kept; "
            f"checks: {self.passed:,} passed, {len(self.warned):,} warned, {len(self.failed):,} failed; {self.seconds:.1f} s"
        )


def _partitions(check: dg.AssetCheckEvaluation) -> list[str]:
    """The partitions for which the check fails."""
    if check.partition:
        return [check.partition]
    failing = check.metadata.get(FAILING)
    return [str(key) for key in failing.value] if failing and isinstance(failing.value, list) else []
