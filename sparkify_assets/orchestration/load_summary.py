"""What a load did, counted while it works (load.py), and how that is told in a line."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import dagster as dg

from sparkify_assets.orchestration.checks.results import FAILING
from sparkify_assets.text import listed, pluralized

SHOWN = 5
"""partitions"""


@dataclass
class LoadSummary:
    """What a load did."""

    rows: dict[str, int] = field(default_factory=dict)
    rejected: int = 0
    passed: int = 0
    warned: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    failing: dict[str, list[str]] = field(default_factory=dict)
    """check that warned or failed → its partitions for which it did"""
    loaded: int = 0
    emptied: int = 0
    """of the loaded: partitions whose files are gone"""
    unchanged: int = 0
    unmatched: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    """partitions outside the configured days that stay as they were last loaded"""
    adopted: int = 0
    """partitions that the warehouse held and Dagster's history did not show"""
    refused: set[str] = field(default_factory=set)
    """partitions that could not be loaded; what was there stays"""
    errors: list[str] = field(default_factory=list)
    runs: int = 0
    seconds: float = 0.0

    def count(self, answers: Sequence[dg.AssetCheckEvaluation]) -> None:
        """Checks as a run has answered them."""
        of_the_whole = {a.asset_check_key for a in answers if a.partition is None}
        for check in answers:
            if check.partition and check.asset_check_key in of_the_whole:
                continue  # one partition's part of an answer that is counted (checks/answers.py)
            name = f"{check.asset_key.to_user_string()}.{check.check_name}"
            if check.passed:
                self.passed += 1
            else:
                (self.warned if check.severity == dg.AssetCheckSeverity.WARN else self.failed).append(name)
                self.failing.setdefault(name, []).extend(_partitions(check))

    def with_partitions(self, checks: Sequence[str]) -> list[str]:
        """Names of checks that fail, each once, with the partitions for which they do."""
        told = []
        for name in dict.fromkeys(checks):
            keys = sorted(set(self.failing.get(name, ())))
            told.append(f"{name} ({listed(keys, SHOWN)})" if keys else name)
        return told

    @property
    def reason(self) -> str | None:
        """Why it was not a success; None where it was."""
        if self.errors:
            return self.errors[-1]
        return f"{pluralized(len(self.failed), 'check')} failed: {', '.join(self.with_partitions(self.failed))}" if self.failed else None

    def summary(self) -> str:
        refused = f", {len(self.refused):,} refused" if self.refused else ""
        emptied = f" ({self.emptied:,} of them emptied, since their files are gone)" if self.emptied else ""
        return (
            f"{pluralized(self.loaded, 'partition')} loaded{emptied}, {self.unchanged:,} unchanged{refused}; "
            f"{pluralized(self.rejected, 'record')} rejected; "
            f"checks: {self.passed:,} passed, {len(self.warned):,} warned, {len(self.failed):,} failed; {self.seconds:.1f} s"
        )


def _partitions(check: dg.AssetCheckEvaluation) -> list[str]:
    """Those for which it fails."""
    if check.partition:
        return [check.partition]
    failing = check.metadata.get(FAILING)
    return [str(key) for key in failing.value] if failing and isinstance(failing.value, list) else []
