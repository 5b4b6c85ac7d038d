"""The README is true: it names every command, setting and check, and what it shows can be done."""

import re
import shutil
from pathlib import Path

import pytest

from sparkify_assets import tables
from sparkify_assets.cli import sparkify
from sparkify_assets.model import LOAD_METADATA, Table, load_catalog
from sparkify_assets.orchestration.assets.staging import REJECTS_CHECK
from sparkify_assets.orchestration.checks.factory import check_definitions
from sparkify_assets.orchestration.checks.reconciliation import RECONCILES
from sparkify_assets.settings import PREFIX, Settings

PROJECT = Path(__file__).parents[1]
README = (PROJECT / "README.md").read_text(encoding="utf-8")
EXAMPLE = (PROJECT / ".env.example").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", sorted(sparkify.commands))
def test_every_command_is_described(command: str) -> None:
    assert f"`sparkify {command}" in README
    assert sparkify.commands[command].help


@pytest.mark.parametrize("field", sorted(Settings.model_fields))
def test_every_setting_is_described_with_its_default(field: str) -> None:
    name, default = PREFIX + field.upper(), Settings.model_fields[field].default
    (row,) = [line for line in README.splitlines() if line.startswith("| `") and f"`{name}`" in line]
    (example,) = re.findall(rf"^# {name}=(.*)$", EXAMPLE, re.MULTILINE)
    assert example == ("" if default is None else str(default))
    assert default is None or f"{default}" in row


def rows_of_checks() -> dict[tuple[str, str], str]:
    """Check, on what → what failure costs, as the README's table says it."""
    table = README[README.index("| check |") : README.index("## Settings")]
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.splitlines() if line.startswith("| `")]
    return {(name, on): cost for names, on, cost, _ in rows for name in re.findall(r"`([^`]+)`", names)}


def in_the_table(check: str, table: Table) -> tuple[str, str]:
    for end, row in (
        (r"_not_null$", ("<column>_not_null", "NOT NULL columns")),
        (r"_references_[a-z]+$", ("<column>_references_<table>", "columns with REFERENCES")),
    ):
        if re.search(end, check) and any(check.startswith(c.name) for c in table.columns):
            return row
    shared = {"primary_key": "tables with a key", "text_length_within_limit": "tables with text", "no_schema_drift": "staging tables"}
    return check, shared.get(check, "staging tables" if check in (REJECTS_CHECK, RECONCILES) else f"`{table.name}`")


def test_the_table_of_checks_is_that_of_the_definitions() -> None:
    settings, catalog = Settings(due_hours=24), load_catalog()
    defined = {
        in_the_table(question.name, table): {"blocking": "**blocks**"}.get(question.severity, question.severity)
        for table in catalog
        if table.layer != LOAD_METADATA
        for question in check_definitions(table, catalog, settings)
    }
    assert rows_of_checks() == defined


def test_every_target_of_make_that_is_named_exists() -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"`make ([a-z]+)", README)) | set(re.findall(r"^    make ([a-z]+)", README, re.MULTILINE)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_pictures_are_there() -> None:
    for picture in re.findall(r"!\[[^]]*\]\(([^)]+)\)", README):
        assert (PROJECT / picture).is_file(), picture


@pytest.mark.integration
def test_a_table_added_as_the_readme_says_is_taken(tmp_path: Path) -> None:
    """The two SQL blocks of "Add a table", written where it says."""
    section = README[README.index("### Add a table") : README.index("## Develop")]
    blocks = re.findall(r"(?:^ {8}.*\n)+", section, re.MULTILINE)
    table, transform = ("".join(line[8:] + "\n" for line in block.splitlines()) for block in blocks[:2])
    root = Path(shutil.copytree(Path(tables.__file__).parent, tmp_path / "tables"))
    folder = root / "reports" / "plays_by_level"
    folder.mkdir()
    (folder / "table.sql").write_text(table, encoding="utf-8")
    (folder / "transform.sql").write_text(transform, encoding="utf-8")
    catalog = load_catalog(root)
    assert catalog.transforms["plays_by_level"].lineage["level"] == (("songplays", "level"),)
