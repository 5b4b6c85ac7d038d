"""README.md and docs/ are true: what they name exists, their lists are complete, and their examples work.

docs/redshift.md has more tests (aws/test_docs_redshift.py), and so have the answers of docs/answers.md (answers/test_answers.py).
"""

import inspect
import re
import shlex
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import dagster as dg
import pytest
import yaml

from sparkify_assets import tables
from sparkify_assets.cli import sparkify
from sparkify_assets.cli.test import run_unit_tests
from sparkify_assets.dashboard import chart_svg
from sparkify_assets.lake import LocalLake, list_partitions
from sparkify_assets.model import LOAD_METADATA, REPORTS, STAGING, Table, load_catalog
from sparkify_assets.orchestration import platform_health
from sparkify_assets.orchestration.assets.staging import REJECTS_CHECK
from sparkify_assets.orchestration.checks.factory import check_definitions
from sparkify_assets.orchestration.checks.job import run_checks_job
from sparkify_assets.orchestration.checks.reconciliation import RECONCILES
from sparkify_assets.orchestration.metrics import METRICS
from sparkify_assets.orchestration.priorities import RunKind
from sparkify_assets.settings import FILES, OF_TESTS, PREFIX, Settings
from sparkify_assets.warehouse.duckdb import DuckDBWarehouse
from sparkify_assets.warehouse.session import ReadSession, Session
from sparkify_assets_tests import docs_configuration
from sparkify_assets_tests.docs_configuration import default_of
from sparkify_assets_tests.support import LakeDirectory, derived_tables, event, song
from sparkify_assets_tests.test_architecture import MAY_IMPORT

PROJECT = Path(__file__).parents[1]
PATHS = [PROJECT / "README.md", *PROJECT.glob("docs/**/*.md")]
PAGES = {path.relative_to(PROJECT).as_posix(): path.read_text(encoding="utf-8") for path in PATHS}
README, CONFIGURATION = PAGES["README.md"], PAGES["docs/configuration.md"]
OPERATIONS, QUALITY = PAGES["docs/operations.md"], PAGES["docs/data-quality.md"]
ARCHITECTURE, ADDING = PAGES["docs/architecture.md"], PAGES["docs/adding-a-table.md"]
EXAMPLE = (PROJECT / ".env.example").read_text(encoding="utf-8")
GRAPH = (PROJECT / "sparkify_assets_tests" / "golden" / "data" / "graph.txt").read_text(encoding="utf-8")
NEW = "plays_by_artist_initial"
"""the table that docs/adding-a-table.md adds"""
pages = pytest.mark.parametrize("page", sorted(PAGES))


def rows_of(page: str, heading: str) -> list[list[str]]:
    """Cells of the rows of the table whose head begins with ``heading``."""
    table, _, _ = page[page.index(f"\n| {heading} |") + 1 :].partition("\n\n")
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in table.splitlines()[2:]]


def names_in(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def prose_of(page: str) -> str:
    """Without fenced code, whose marks would be taken for those of code spans."""
    return re.sub(r"^```.*?^```", "", PAGES[page], flags=re.DOTALL | re.MULTILINE)


def options_of(command: click.Command) -> set[str]:
    return {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}


# commands


def commands_in(text: str) -> Iterator[str]:
    """Commands of ours, as a line to type or within a sentence."""
    yield from re.findall(r"^    (sparkify .*)$", text, re.MULTILINE)
    yield from re.findall(r"`(sparkify [^`]*)`", text)


@pytest.mark.parametrize("command", sorted(sparkify.commands))
def test_every_command_is_described(command: str) -> None:
    (row,) = [cells for cells in rows_of(README, "command") if cells[0].startswith(f"`sparkify {command}")]
    described = sparkify.commands[command]
    if isinstance(described, click.Group) and (found := re.match(rf"`sparkify {command} (\w+)`", row[0])):
        described = described.commands[found[1]]
    assert set(re.findall(r"--[a-z-]+", " ".join(row))) <= options_of(described)
    assert sparkify.commands[command].help


@pages
def test_commands_and_options_that_are_named_exist(page: str) -> None:
    for text in commands_in(PAGES[page]):
        words = shlex.split(text.split(">>", maxsplit=1)[0].split(" # ", maxsplit=1)[0])[1:]
        found: click.Command = sparkify
        while isinstance(found, click.Group) and words and words[0].isalpha() and words[0].islower():
            assert words[0] in found.commands, text
            found = found.commands[words.pop(0)]
        named = {word.partition("=")[0] for word in words if word.startswith("--")}
        assert named <= options_of(found) | {"--help", "--version"}, text


@pages
def test_every_target_of_make_that_is_named_exists(page: str) -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"(?:`|^    | {8})make ([a-z][a-z-]*)", PAGES[page], re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


# settings


def test_the_table_of_settings_is_that_of_the_code() -> None:
    assert docs_configuration.rewritten(CONFIGURATION) == CONFIGURATION, "write it anew: make docs"


@pytest.mark.parametrize("field", sorted(Settings.model_fields))
def test_every_setting_is_described_with_its_default(field: str) -> None:
    name, default = PREFIX + field.upper(), default_of(Settings.model_fields[field])
    (row,) = [cells for cells in rows_of(CONFIGURATION, "setting") if cells[0] == f"`{name}`"]
    assert row[1] == (f"`{default}`" if default else "none")
    assert row[2], "a description of the field"
    assert re.findall(rf"^# {name}=(.*)$", EXAMPLE, re.MULTILINE) == [default]


@pages
def test_settings_that_are_named_exist(page: str) -> None:
    named = set(re.findall(rf"\b{PREFIX}[A-Z0-9_]*[A-Z0-9]\b", PAGES[page].replace("_…", "…")))
    groups = {f"{PREFIX}REDSHIFT"}  # SPARKIFY_REDSHIFT_…
    assert named <= {PREFIX + name.upper() for name in Settings.model_fields} | {*FILES, *OF_TESTS} | groups


# checks, jobs, sensors, reports


def rows_of_checks() -> dict[tuple[str, str], str]:
    """Check, on what → what failure costs, as the table of docs/data-quality.md says it."""
    return {(name, on): cost for names, on, cost, _ in rows_of(QUALITY, "check") for name in names_in(names)}


def in_the_table(check: str, table: Table) -> tuple[str, str]:
    if re.search(r"_references_[a-z]+$", check) and any(check.startswith(c.name) for c in table.columns):
        return "<column>_references_<table>", "columns with REFERENCES"
    if check in [f"{c.name}_accepted_values" for c in table.columns]:
        return "<column>_accepted_values", "columns with CHECK (… IN (…))"
    shared = {"primary_key": "tables with a key", "no_schema_drift": "staging tables"}
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


@pytest.mark.parametrize("kind", ["job", "sensor"])
def test_the_tables_of_jobs_and_sensors_are_those_of_the_definitions(kind: str) -> None:
    listed = [name for cells in rows_of(OPERATIONS, kind) for name in names_in(cells[0])]
    assert sorted(listed) == sorted(re.findall(rf"^{kind} (\w+)", GRAPH, re.MULTILINE))  # graph.txt is compared with the definitions


def test_the_table_of_priorities_is_that_of_the_code() -> None:
    assert rows_of(OPERATIONS, "kind of run") == [[kind.title, str(kind.priority), kind.reason] for kind in RunKind]


def test_the_table_of_faults_of_the_platform_is_that_of_the_code() -> None:
    assert [names_in(fault)[0] for fault, _, _ in rows_of(OPERATIONS, "fault")] == [*platform_health.KINDS]
    found = {names_in(fault)[0]: when for fault, when, _ in rows_of(OPERATIONS, "fault")}
    assert f"the last {platform_health.FAILED_TICKS} ticks" in found[platform_health.FAILING]
    for kind in (platform_health.SILENT, platform_health.DEAD):
        assert f"{platform_health.SILENCE_SECONDS // 60} minutes" in found[kind]
    for number in (platform_health.STANDSTILL_SECONDS // 60, platform_health.LONGEST_RUN_SECONDS // 3600):
        assert str(number) in found[platform_health.STANDSTILL]


def test_the_table_of_metrics_is_that_of_the_code() -> None:
    listed = [(names_in(name)[0], tuple(names_in(labels)), meaning) for name, labels, meaning in rows_of(OPERATIONS, "metric")]
    assert listed == [(metric.name, metric.labels, metric.meaning) for metric in METRICS]


def test_what_a_job_loads_is_told() -> None:
    told = {name.strip("`"): set(names_in(does)) for name, does in rows_of(OPERATIONS, "job")}
    catalog = load_catalog()
    for staging in catalog.layer(STAGING):
        assert staging.source is not None
        derived = {name for name in catalog.transforms if catalog.root(catalog[name]) is staging}
        assert told[f"load_{staging.source.asset}"] == derived


def test_every_report_is_listed_once() -> None:
    listed = [name for _, reports in rows_of(OPERATIONS, "question") for name in names_in(reports.split("(from")[0])]
    assert sorted(listed) == sorted(t.name for t in load_catalog().layer(REPORTS))


def test_the_configuration_of_run_checks_is_accepted() -> None:
    (block,) = re.findall(r"```yaml\n(.*?)```", QUALITY, re.DOTALL)
    assert dg.validate_run_config(run_checks_job(dg.Definitions), yaml.safe_load(block))


def test_deduplication_keys_are_those_of_the_tables() -> None:
    words = {"user": "user_id", "session": "session_id", "item in session": "item_in_session", "time": "start_time"}
    words |= {"song": "song_id", "artist": "artist_id"}
    told = {table.strip("`"): tuple(words[word] for word in key.split(", ")) for table, key, _ in rows_of(QUALITY, "table")}
    catalog = load_catalog()
    keys = {name: tuple(column.replace("event_time", "start_time") for column in catalog[name].key) for name in told}
    assert told == keys


# the flowchart, packages and modules


def test_the_flowchart_is_the_graph_of_the_tables() -> None:
    (chart,) = re.findall(r"```mermaid\n(.*?)```", README, re.DOTALL)
    drawn = {
        (one, other)
        for here, there in re.findall(r"^ *([\w &]+) --> ([\w &]+)$", chart, re.MULTILINE)
        for one in here.split(" & ")
        for other in there.split(" & ")
    }
    catalog = load_catalog()
    reports = {t.name for t in catalog.layer(REPORTS)}
    edges = {(t.source.asset, t.name) for t in catalog.layer(STAGING) if t.source}
    edges |= {(name, "reports" if t in reports else t) for t, transform in catalog.transforms.items() for name in transform.reads}
    edges |= {(name, t) for t, lookup in catalog.lookups.items() for name in lookup.sources}
    assert drawn == edges | {("reports", "dashboard")}


def test_the_table_of_packages_has_those_of_the_platform_and_what_they_may_import() -> None:
    assert {package.strip("`"): set(names_in(imports)) for package, _, _, imports in rows_of(ARCHITECTURE, "package")} == MAY_IMPORT


PATH = re.compile(r"[a-z_]+(/[a-z_]+)*(/|/[\w-]+\.(py|sql|toml|json|yaml|md))")
ELSEWHERE = ("data/", "log_data/", "song_data/", "_work/", "checks/", "tests/", f"sparkify_assets/tables/reports/{NEW}/")
"""files of a lake, of any table's folder, and of the example of docs/adding-a-table.md"""


@pytest.mark.parametrize("page", sorted(page for page in PAGES if not page.startswith("docs/design/")))  # these are of their time
def test_modules_and_folders_that_are_named_exist(page: str) -> None:
    """Paths in code spans and indented code, below sparkify_assets/, sparkify_assets/tables/ or the project."""
    roots = (PROJECT / "sparkify_assets", PROJECT / "sparkify_assets" / "tables", PROJECT)
    code = [word for line in re.findall(r"^ {4}(.*)$", prose_of(page), re.MULTILINE) for word in line.split()]
    for name in [*names_in(prose_of(page)), *code]:
        if PATH.fullmatch(name) and not name.startswith(ELSEWHERE):
            assert any((root / name).exists() for root in roots), name


def test_the_parts_of_a_session_are_those_of_the_code() -> None:
    parts = set(re.findall(r"\bself\.([a-z]\w*)", inspect.getsource(ReadSession) + inspect.getsource(Session)))
    assert set(re.findall(r"^    session\.(\w+) ", ARCHITECTURE, re.MULTILINE)) == parts


# links


def anchors(text: str) -> set[str]:
    """Of each heading, as GitHub makes them."""
    titles = re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pages
def test_links_and_pictures_are_there(page: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", PAGES[page]):
        path, _, anchor = target.partition("#")
        if "://" in target:
            continue
        file = (PROJECT / page).parent / path if path else PROJECT / page
        assert file.exists(), target
        assert not anchor or anchor in anchors(file.read_text(encoding="utf-8")), target


def test_every_page_and_every_picture_is_linked() -> None:
    linked = {
        ((PROJECT / page).parent / target.partition("#")[0]).resolve()
        for page, text in PAGES.items()
        for target in re.findall(r"\]\(([^)\s]+)\)", text)
        if "://" not in target and not target.startswith("#")
    }
    there = {path.resolve() for path in PROJECT.glob("docs/**/*") if path.suffix in (".md", ".png")}
    assert there <= linked


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= 120


# the examples of docs/adding-a-table.md


def files_of_the_example() -> dict[str, str]:
    """File in the table's folder → its content."""
    return dict(re.findall(r"`([\w/]+\.(?:sql|json|toml))`:\n\n```(?:sql|json|toml)\n(.*?)```", ADDING, re.DOTALL))


@pytest.mark.integration
def test_a_table_added_as_the_page_says_is_loaded_checked_and_drawn(tmp_path: Path) -> None:
    files = files_of_the_example()
    claim, case = "checks/every_named_play_is_counted.sql", "tests/letters_and_others.toml"
    assert sorted(files) == ["chart.json", claim, "table.sql", case, "transform.sql"]
    root = Path(shutil.copytree(Path(tables.__file__).parent, tmp_path / "tables", ignore=shutil.ignore_patterns("__pycache__")))
    for name, content in files.items():
        (root / "reports" / NEW / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "reports" / NEW / name).write_text(content, encoding="utf-8")
    catalog = load_catalog(root)
    assert catalog.transforms[NEW].lineage["initial"] == (("song_days", "artist"),)
    run_unit_tests(catalog, [catalog[NEW]])
    lake = LakeDirectory(tmp_path / "lake")
    names = ["Muse", "muse", "Björk", "  ", "!!!", "Ärzte"]
    lake.events("2018-11-01", [event(itemInSession=n, artist=name) for n, name in enumerate(names)])
    lake.songs("A", [song()])
    with DuckDBWarehouse(tmp_path / "new.duckdb", catalog, on_wait=pytest.fail).session() as session:
        for staging in catalog.layer(STAGING):
            assert staging.source is not None
            listed = list_partitions(LocalLake(lake.root), staging.source).partitions
            assert len(list(session.loader.load(staging, listed, LocalLake(lake.root), "a test", 0))) == 1
        for table in derived_tables(catalog):
            session.refresher.rebuild(table)
        rows = session.queries.fetch_all(catalog[NEW])
        assert {row["initial"]: row["plays"] for row in rows} == {"M": 2, "B": 1, "other": 2}
        (check,) = catalog[NEW].checks
        find = "SELECT COUNT(*) FROM ({})"
        assert session.sql.execute(find.format(check.select.sql("duckdb"))) == [(0,)]
        session.sql.execute(f"DELETE FROM {NEW} WHERE initial = 'M'")
        assert session.sql.execute(find.format(check.select.sql("duckdb"))) == [(1,)]
    assert "<svg" in str(chart_svg(catalog[NEW], rows))


def test_the_lists_that_a_table_extends_are_there() -> None:
    told = rows_of(ADDING, "what")
    assert len(told) > 5
    for _, where in told:
        files = [name for name in names_in(where) if name.endswith(".py") and "/" in name]
        for name in [name for name in names_in(where) if files and re.fullmatch(r"\w+(\(\))?", name)]:
            assert any(name.removesuffix("()") in (PROJECT / file).read_text(encoding="utf-8") for file in files), name


def test_the_source_that_is_shown_is_that_of_the_songs() -> None:
    (block,) = re.findall(r"`source.toml` of `staging_songs`, shortened:\n\n```toml\n(.*?)```", ADDING, re.DOTALL)
    shown = tomllib.loads(block)
    real = tomllib.loads((Path(tables.__file__).parent / "staging" / "staging_songs" / "source.toml").read_text(encoding="utf-8"))
    assert shown.keys() == real.keys()
    for name, value in shown.items():
        assert value.items() <= real[name].items() if isinstance(value, dict) else value == real[name], name
