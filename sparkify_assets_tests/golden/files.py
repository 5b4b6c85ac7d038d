"""Golden files: what the platform makes (SQL, the asset graph, help, messages, the loaded sample lake), kept as text and compared.

Tests ask the fixture ``golden`` of conftest.py; ``make golden`` writes the files anew.
"""

from pathlib import Path

GOLDEN = Path(__file__).parent / "data"
"""files that hold what the platform makes: a change of one is reviewed as part of the change that causes it"""


class Golden:
    """Compares a text with the golden file of a name ("sql/duckdb/users.sql"), or writes it (``make golden``)."""

    def __init__(self, update: bool) -> None:
        self._update = update

    def __call__(self, name: str, text: str) -> None:
        path = GOLDEN / name
        if self._update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        found = path.read_text(encoding="utf-8") if path.exists() else ""
        assert text == found, f"{path.relative_to(GOLDEN.parents[2])} differs; if that is meant, run `make golden` and review the diff"

    def only(self, folder: str, names: set[str]) -> None:
        """The folder holds these files and no others: one that is left over is removed by ``make golden``."""
        left_over = {p for p in (GOLDEN / folder).rglob("*") if p.is_file()} - {GOLDEN / folder / name for name in names}
        for path in left_over if self._update else ():
            path.unlink()
        assert self._update or not left_over, f"golden files that no test compares with: {sorted(map(str, left_over))}; run `make golden`"
