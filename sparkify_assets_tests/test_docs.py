"""The README is true: it names every command, setting and check, and what it shows can be done."""

import re
import shutil
from pathlib import Path

import pytest

from sparkify_assets import tables
from sparkify_assets.cli import sparkify
from sparkify_assets.model import load_catalog
from sparkify_assets.orchestration.checks import ACCOUNTED
from sparkify_assets.orchestration.staging import REJECTS
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


def test_every_check_is_in_the_table_of_costs() -> None:
    table = README[README.index("| check |") : README.index("## Settings")]
    for checks in load_catalog().checks.values():
        for check in checks:
            derived = check.name in ("primary_key", "text_fits") or re.search(r"_not_null$|_in_[a-z]+$", check.name)
            assert derived or f"`{check.name}`" in table, check.name
    assert f"`{REJECTS}`" in table
    assert f"`{ACCOUNTED}`" in table


def test_every_target_of_make_that_is_named_exists() -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"`make ([a-z]+)", README)) | set(re.findall(r"^    make ([a-z]+)", README, re.MULTILINE)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_pictures_are_there() -> None:
    for picture in re.findall(r"!\[[^]]*\]\(([^)]+)\)", README):
        assert (PROJECT / picture).is_file(), picture


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
    assert catalog.definitions["plays_by_level"].lineage["level"] == (("songplays", "level"),)
