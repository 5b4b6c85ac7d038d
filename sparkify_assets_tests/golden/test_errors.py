"""The text of errors, each provoked through production code.  Other tests assert classes and what varies; the wording is held here."""

import ast
import importlib
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from sparkify_assets.errors import SparkifyError
from sparkify_assets_tests.golden.files import Golden
from sparkify_assets_tests.golden.provoking.case import Cases, provoked, told
from sparkify_assets_tests.golden.provoking.cloud import CLOUD
from sparkify_assets_tests.golden.provoking.lake import LAKE, SAMPLES
from sparkify_assets_tests.golden.provoking.model import MODEL
from sparkify_assets_tests.golden.provoking.records import REFUSED, reasons
from sparkify_assets_tests.golden.provoking.redshift import REDSHIFT
from sparkify_assets_tests.golden.provoking.settings import SETTINGS
from sparkify_assets_tests.golden.provoking.warehouse import WAREHOUSE
from sparkify_assets_tests.imports import modules_of, parsed

AREAS: dict[str, Cases] = {
    "settings": SETTINGS,
    "lake": LAKE,
    "samples": SAMPLES,
    "model": MODEL,
    "refused_partitions": REFUSED,
    "warehouse": WAREHOUSE,
    "redshift": REDSHIFT,
    "cloud": CLOUD,
}
OVER_A_SECOND = {"settings", "lake", "model", "refused_partitions", "warehouse", "cloud"}
PLATFORM = Path(__file__).parents[2] / "sparkify_assets"


@cache
def _provoked(area: str) -> dict[str, tuple[SparkifyError, str]]:
    """What is wrong → the error, and how it is written down."""
    with tempfile.TemporaryDirectory(prefix="sparkify-errors-") as made:
        found: dict[str, tuple[SparkifyError, str]] = {}
        for number, (name, case) in enumerate(AREAS[area].items()):
            folder = Path(made).resolve() / str(number)
            error = provoked(case, folder)
            found[name] = error, told(error, folder)
        return found


@pytest.mark.parametrize("area", [pytest.param(area, marks=[pytest.mark.integration] if area in OVER_A_SECOND else []) for area in AREAS])
def test_the_errors_of_an_area(area: str, golden: Golden) -> None:
    golden(f"errors/{area}.txt", _text({name: text for name, (_, text) in _provoked(area).items()}))


def test_the_reasons_why_records_are_rejected(golden: Golden) -> None:
    golden("errors/rejected_records.txt", _text(reasons()))


@pytest.mark.integration
def test_every_class_of_error_has_a_case() -> None:
    cases = {type(error) for area in AREAS for error, _ in _provoked(area).values()}
    assert not sorted(c.__name__ for c in _family() if c not in cases), "errors without a case in golden/provoking/"


def test_no_file_is_left_over(golden: Golden) -> None:
    golden.only("errors", {f"{area}.txt" for area in (*AREAS, "rejected_records")})


def _family() -> set[type[SparkifyError]]:
    """Every class below SparkifyError, wherever it is defined."""
    for name, path in modules_of(PLATFORM).items():
        if any(isinstance(node, ast.ClassDef) and any("Error" in ast.unparse(b) for b in node.bases) for node in parsed(path).body):
            importlib.import_module(name)
    return set(_below(SparkifyError))


def _below(of: type[SparkifyError]) -> Iterator[type[SparkifyError]]:
    for one in of.__subclasses__():
        yield one
        yield from _below(one)


def _text(named: dict[str, str]) -> str:
    return "\n\n".join(f"# {name}\n{text}" for name, text in named.items()) + "\n"
