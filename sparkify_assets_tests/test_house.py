"""The rooms and their doors: imports go one way, and every module says what belongs in it."""

import ast
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1] / "sparkify_assets"
MODULES = sorted(HOUSE.rglob("*.py"))
MAY_IMPORT = {
    "tables": set(),
    "words": set(),
    "errors": set(),
    "alerts": {"errors", "words"},
    "settings": {"alerts", "errors"},
    "opening": {"lake", "model", "settings", "warehouse"},
    "lookups": set(),
    "publishing": {"errors", "lake", "settings"},
    "model": {"tables", "errors", "lookups"},
    "dashboard": {"model", "errors", "words"},
    "samples": {"errors"},
    "cloud": {"errors"},
    "lake": {"model", "errors"},
    "warehouse": {"lake", "model", "errors", "words"},
    "orchestration": {"alerts", "dashboard", "opening", "publishing", "warehouse", "lake", "model", "errors", "settings", "words"},
    "definitions": {"orchestration", "model", "settings"},
    "cli": {"alerts", "cloud", "definitions", "opening", "orchestration", "warehouse", "lake", "model"}
    | {"samples", "errors", "settings", "words"},
}


def room(path: Path) -> str:
    return path.relative_to(HOUSE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(HOUSE)))
def test_a_module_says_what_belongs_in_it_and_knocks_at_the_right_doors(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), f"{path} has no docstring"
    if room(path) == "__init__":
        return
    modules = [n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module]
    ours = {m.split(".")[1] for m in modules if m.startswith("sparkify_assets.")}
    assert ours - {room(path)} <= MAY_IMPORT[room(path)]
    if room(path) not in ("orchestration", "definitions"):
        assert not [m for m in modules if m.split(".")[0].startswith("dagster")]
