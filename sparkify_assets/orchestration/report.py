"""What a load did, counted while it works (load.py), and how that is told in a line."""

from dataclasses import dataclass, field

from sparkify_assets.words import counted


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
    errors: list[str] = field(default_factory=list)
    runs: int = 0
    seconds: float = 0.0

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
