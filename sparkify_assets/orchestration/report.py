"""What a load did, counted while it works (load.py), and how that is told in a line."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import dagster as dg

from sparkify_assets.orchestration.checks.answers import FAILING
from sparkify_assets.words import counted

SHOWN = 5
"""partitions"""


@dataclass
class Report:
    """What a load did."""

    rows: dict[str, int] = field(default_factory=dict)
    rejected: int = 0
    passed: int = 0
    warned: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    loaded: int = 0
    emptied: int = 0
    """of the loaded: partitions whose files are gone"""
    unchanged: int = 0
    strangers: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    """partitions outside the configured days that stay as they were last loaded"""
    adopted: int = 0
    """partitions that the warehouse held and Dagster's history did not show"""
    errors: list[str] = field(default_factory=list)
    runs: int = 0
    seconds: float = 0.0

    def count(self, answers: Sequence[dg.AssetCheckEvaluation]) -> None:
        """Checks as a run has answered them."""
        of_the_whole = {a.asset_check_key for a in answers if a.partition is None}
        for check in answers:
            if check.partition and check.asset_check_key in of_the_whole:
                continue  # one partition's part of an answer that is counted (checks/answers.py)
            if check.passed:
                self.passed += 1
            else:
                (self.warned if check.severity == dg.AssetCheckSeverity.WARN else self.failed).append(_named(check))

    @property
    def reason(self) -> str | None:
        """Why it was not a success; None where it was."""
        if self.errors:
            return self.errors[-1]
        return f"{counted(len(self.failed), 'check')} failed: {', '.join(self.failed)}" if self.failed else None

    def summary(self) -> str:
        emptied = f" ({self.emptied:,} of them emptied, since their files are gone)" if self.emptied else ""
        return (
            f"{counted(self.loaded, 'partition')} loaded{emptied}, {self.unchanged:,} unchanged; "
            f"{counted(self.rejected, 'record')} rejected; "
            f"checks: {self.passed:,} passed, {len(self.warned):,} warned, {len(self.failed):,} failed; {self.seconds:.1f} s"
        )


def _named(check: dg.AssetCheckEvaluation) -> str:
    """The check, and the partitions for which it fails."""
    name = f"{check.asset_key.to_user_string()}.{check.check_name}"
    failing = check.metadata.get(FAILING)
    keys = [check.partition] if check.partition else list(failing.value) if failing and isinstance(failing.value, list) else []
    more = f" and {len(keys) - SHOWN:,} more" if len(keys) > SHOWN else ""
    return f"{name} ({', '.join(map(str, keys[:SHOWN]))}{more})" if keys else name
