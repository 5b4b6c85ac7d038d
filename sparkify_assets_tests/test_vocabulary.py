"""The vocabulary of docs/glossary.md: identifiers that were renamed do not come back, and text uses none of the old metaphors.

Put here words that are banned.  Do not put here words that also have a plain meaning.
"""

import ast
import io
import re
import tokenize
from pathlib import Path

import pytest

from sparkify_assets_tests.imports import modules_of

pytestmark = pytest.mark.xdist_group("architecture")

PLATFORM = Path(__file__).parents[1] / "sparkify_assets"
FILES = sorted(modules_of(PLATFORM).values())

OLD_NAMES = {
    *("Arrivals", "Asking", "Board", "Broken", "Deliveries", "Filling", "KeysFound", "KeptAsDeclared", "Ledger", "ListedLake", "LookingUp"),
    *("Members", "Odd", "Patience", "Piece", "Primary", "Problem", "Question", "Refreshed", "Refusal", "Refused", "Scene", "Sifted"),
    *("Standing", "ToLog", "ToService", "arrivals", "bring_up_to_date", "concerned", "heed", "heeding_interrupts", "in_our_words"),
    *("keys_as_declared", "look_through", "mended", "narrowed", "one_by_one", "owe", "owed", "owed_by", "passes_by_itself", "promises"),
    *("quicken", "receivers_of", "respelt", "say_by_partition", "settle", "settled_events", "sift", "spelt_out", "standing", "strangers"),
    *("take_inventory", "take_up", "told_plainly", "touched", "usable"),
}
METAPHORS = re.compile(
    r"\b(strangers?|"
    r"(?i:cry wolf|debts?|heed\w*|ledger|mend(s|ed|ing)?|owe[sd]?|respelt|sift(s|ed|ing)?|spelt|passes by itself|made anew))\b"
)
"""a capital Stranger is a noun of the sample data"""


def identifiers(tree: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
    return found


def test_no_old_name_comes_back() -> None:
    found = {path.relative_to(PLATFORM).as_posix(): identifiers(ast.parse(path.read_text(encoding="utf-8"))) & OLD_NAMES for path in FILES}
    assert {path: names for path, names in found.items() if names} == {}


def test_no_metaphor_is_in_docstrings_comments_and_messages() -> None:
    found: list[str] = []
    for path in FILES:
        for token in tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline):
            if token.type in (tokenize.STRING, tokenize.COMMENT):
                found += [f"{path.relative_to(PLATFORM)}:{token.start[0]}: {match[0]}" for match in METAPHORS.finditer(token.string)]
    assert found == []


def test_the_glossary_is_in_order_and_defines_each_term_once() -> None:
    rows = re.findall(r"^\| \*\*(.+?)\*\*", (PLATFORM.parent / "docs" / "glossary.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(rows) > 30
    assert len(set(rows)) == len(rows)
