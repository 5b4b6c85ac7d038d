"""``sparkify doctor``: report the configuration, what is reachable, and what is wrong and how to fix it.

``--offline`` examines the package, the settings and Dagster's definitions only, as the build of an image does.
``--redshift-probe`` asks a real Redshift instead what no document settles, and prints a page that can be sent to others.

Put here the report: what is examined and in which words. Do not put here how the lake or the warehouse is examined (``ping``, ``blocked``,
``orphans``, redshift/probe.py).
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import TYPE_CHECKING

import click

from sparkify_assets.cli.streams import is_terminal, say, warn
from sparkify_assets.errors import SparkifyError, WarehouseMissingError
from sparkify_assets.notifications import describe_channels
from sparkify_assets.settings import PREFIX, Settings, read_settings, setting_names, unknown_settings
from sparkify_assets.text import pluralized

if TYPE_CHECKING:
    from sparkify_assets.lake import Inventory
    from sparkify_assets.model import Table
    from sparkify_assets.warehouse.redshift.probe import Result

Finding = tuple[bool | None, str, str]
"""Good (None: a note, not a fault), subject, text."""
LARGE_HISTORY = 1_000_000_000
"""Bytes."""
STATES = {True: "ok  ", False: "FAIL", None: "note"}


@click.command()
@click.option(
    "--redshift-probe",
    "probe",
    is_flag=True,
    help="Ask the Redshift warehouse what the platform assumes of it, and print the answers as a page that names nobody.",
)
@click.option(
    "--offline",
    is_flag=True,
    help="Examine the package, the settings and Dagster's definitions only: no lake, no warehouse, nothing is written.",
)
def doctor(probe: bool, offline: bool) -> None:
    """Say what is configured, what can be reached, and what is wrong with how to fix it."""
    if probe and offline:
        raise click.UsageError("--offline and --redshift-probe exclude each other: the probe asks a warehouse")
    if probe:
        _print_probes()
        return
    findings = list(_findings(offline))
    for good, subject, text in findings:
        say(f"{STATES[good]}  {subject:<20}  {text}")
    bad = [f"{subject}: {text}" for good, subject, text in findings if good is False]
    if bad:
        raise click.ClickException(f"{len(bad)} wrong; first: {bad[0]}")


def _findings(offline: bool) -> Iterator[Finding]:
    if offline:
        yield from _package()
    try:
        settings = read_settings()
    except SparkifyError as e:
        yield False, "settings", str(e)
        return
    secret = {
        "alert_urls": describe_channels(settings.alert_urls.get_secret_value()),
        "heartbeat_url": "set" if settings.heartbeat_url.get_secret_value() else None,
    }
    values = settings.model_dump() | secret
    for name in settings.fields():
        value = values[name]
        yield True, PREFIX + name.upper(), "none" if value is None else str(value)
    for name, told in unknown_settings().items():
        yield False, name, f"{told} The settings are {', '.join(setting_names())}"
    if offline:
        yield from _definitions()
        return
    yield from _history()
    listed: dict[str, Inventory] = {}
    yield from _lake(settings, listed)
    yield from _warehouse(settings, listed)


def _package() -> Iterator[Finding]:
    from importlib.metadata import version

    yield True, "package", f"sparkify-assets {version('sparkify-assets')}"


def _definitions() -> Iterator[Finding]:
    """Imports the definitions as Dagster's code server does. Whatever they raise is the finding: a build shows it as its last line."""
    try:
        from sparkify_assets.definitions import defs

        defs.validate_loadable(defs)
    except Exception as e:
        yield False, "definitions", str(e) if isinstance(e, SparkifyError) else f"{type(e).__name__}: {' '.join(str(e).split())}"
        return
    checks, jobs, sensors = len(list(defs.asset_checks or ())), len(list(defs.jobs or ())), len(list(defs.sensors or ()))
    assets = len(list(defs.resolve_all_asset_specs()))
    yield True, "definitions", f"{assets} assets, {checks} groups of checks, {jobs} jobs, {sensors} sensors"


def _history() -> Iterator[Finding]:
    from sparkify_assets.cli.dagster_home import PACKAGED, config_differs, dagster_home, home_folder

    home = home_folder()
    if not (home / PACKAGED.name).exists():
        yield True, "DAGSTER_HOME", f"{home} has no {PACKAGED.name} yet; `sparkify load` puts one there"
        return
    yield True, "DAGSTER_HOME", str(home)
    try:
        if differs := config_differs(home):
            yield None, PACKAGED.name, differs
    except SparkifyError as e:
        yield False, PACKAGED.name, str(e)
        return
    from sparkify_assets.orchestration.history_prune import history_size

    try:
        size = history_size(dagster_home())
    except SparkifyError as e:
        yield False, "Dagster's history", str(e)
        return
    too_large = "; `sparkify history prune` deletes what is old and read by nothing" if size > LARGE_HISTORY else ""
    yield None if too_large else True, "Dagster's history", f"{size / 1e6:,.1f} MB{too_large}"


def _lake(settings: Settings, listed: "dict[str, Inventory]") -> Iterator[Finding]:
    """Adds each source's inventory to ``listed``, for the findings about the warehouse."""
    from sparkify_assets.factories import open_lake
    from sparkify_assets.lake import list_partitions, no_files_message
    from sparkify_assets.model import STAGING, load_catalog

    try:
        lake = open_lake(settings)
        if reached := lake.ping():
            yield True, "lake", reached
    except SparkifyError as e:
        yield False, "lake", str(e)
        return
    for table in load_catalog().layer(STAGING):
        assert table.source is not None
        try:
            inventory = listed[table.source.asset] = list_partitions(lake, table.source)
        except SparkifyError as e:
            yield False, table.source.asset, str(e)
            continue
        files = sum(map(len, inventory.partitions.values()))
        size = sum(e.size for p in inventory.partitions.values() for e in p)
        others = len(inventory.unmatched)
        found = (
            f"{files:,} files, {size:,} bytes in {pluralized(len(inventory.partitions), 'partition')}; {others} of other names, not loaded"
        )
        yield bool(files), table.source.asset, found if files else no_files_message(lake, table.source)


def _not_loaded(settings: Settings, table: "Table", listed: "Mapping[str, Inventory]", held: Mapping[str, str]) -> list[str]:
    """Partitions that the warehouse does not hold in the lake's version; empty if the lake could not be listed."""
    from sparkify_assets.lake import EMPTY_FINGERPRINT, fingerprint

    inventory = listed.get(table.source.asset) if table.source else None
    partitions = inventory.partitions if inventory else {}
    outside = set(settings.outside(partitions)) if table.is_by_day else set()
    return sorted(key for key, files in partitions.items() if key not in outside and held.get(key, EMPTY_FINGERPRINT) != fingerprint(files))


def _warehouse(settings: Settings, listed: "Mapping[str, Inventory]") -> Iterator[Finding]:
    from sparkify_assets.factories import open_warehouse
    from sparkify_assets.model import DIMENSIONS, FACTS, LOOKUPS, REPORTS, STAGING, load_catalog
    from sparkify_assets.warehouse.load_metadata import NO_PARTITION
    from sparkify_assets.warehouse.schema_sync import unusable_metadata

    if settings.warehouse == "duckdb" and not settings.duckdb_path.exists():
        yield True, "warehouse", f"{settings.duckdb_path} does not exist yet; `sparkify load` makes it"
        return
    catalog = load_catalog()
    try:
        warehouse = open_warehouse(settings, warn)
        blocked = warehouse.blocked()
        if message := unusable_metadata(catalog, blocked):
            yield False, "tables", message
        for name, why in {} if message else blocked.items():
            yield False, name, f"is not as its table.sql declares it: {why}; `sparkify rebuild {name}` rebuilds it"
        for name, layout in warehouse.layout_differences().items():
            told = f"has {layout}, its table.sql {catalog[name].layout}: it works, but slower"
            yield None, name, f"{told}; `sparkify rebuild --layout` alters it and keeps its rows"
        for name in warehouse.orphans():
            yield None, name, "is a table that no folder describes any more; `sparkify rebuild --prune` drops it"
        rows = {name: status.rows for name, status in warehouse.table_statuses().items()}
        with warehouse.read_session("sparkify doctor") as session:
            yield True, "warehouse", warehouse.location
            if left := warehouse.tables_in_old_schema():
                yield False, "warehouse", left
            for name in sorted(session.metadata.changed_tables() - blocked.keys()):
                yield False, name, f"its SQL has changed since its rows were computed; `sparkify rebuild {name}` recomputes them"
            for table in catalog.layer(STAGING, LOOKUPS, DIMENSIONS, FACTS, REPORTS):
                yield (
                    True,
                    table.name,
                    f"{rows[table.name]:,} rows" if table.name in rows else "not there yet; `sparkify load` makes and fills it",
                )
            for table in catalog.layer(STAGING):
                if waiting := _not_loaded(settings, table, listed, session.metadata.fingerprints(table)):
                    told = f"{pluralized(len(waiting), 'partition')} of {table.name} not loaded as the lake has them now"
                    shown = f"{', '.join(waiting[:5])}{' …' if len(waiting) > 5 else ''}"
                    yield None, "to load", f"{told}: {shown}; `sparkify load` loads them, or says why it rejects them"
            for table in filter(lambda t: t.is_by_day, catalog.layer(STAGING)):
                if kept := settings.outside(session.metadata.load_stats(table)):
                    told = f"{len(kept)} of its partitions are outside {PREFIX}LOG_START and {PREFIX}LOG_END, and stay as last loaded"
                    yield None, table.name, f"{told}: {', '.join(kept[:5])}{' …' if len(kept) > 5 else ''}"
                if gone := sorted(session.metadata.refresh_state(table).expired):
                    told = f"the rows of {pluralized(len(gone), 'partition')} have expired ({gone[0]} … {gone[-1]}; {PREFIX}STAGING_DAYS)"
                    yield None, table.name, f"{told}; what is derived from them stays"
            for name, keys in session.metadata.stale_partitions().items():
                named = "all of it" if NO_PARTITION in keys else ", ".join(sorted(keys)[:5])
                yield False, name, f"is stale ({named}); `sparkify load` refreshes it"
    except WarehouseMissingError as e:
        yield True, "warehouse", str(e)
    except SparkifyError as e:
        yield False, "warehouse", str(e)


def _print_probes() -> None:
    from importlib.metadata import version

    from sparkify_assets.factories import open_lake, redshift_config
    from sparkify_assets.lake.s3 import S3Lake
    from sparkify_assets.warehouse.redshift.probe import STATEMENT_SECONDS, TOTAL_SECONDS, Verdict, ask, probes

    settings = read_settings()
    if settings.warehouse != "redshift":
        raise click.ClickException(
            f"{PREFIX}WAREHOUSE is {settings.warehouse}; expected redshift: --redshift-probe asks a Redshift warehouse (docs/redshift.md)"
        )
    lake = open_lake(settings)
    assert isinstance(lake, S3Lake)  # read_settings() has checked it
    warn(
        f"{len(probes())} probes follow, about a minute of statements ({STATEMENT_SECONDS} s each and {TOTAL_SECONDS} s together at most). "
        f"They read, make temporary tables named sparkify_temporary_…, and roll back; {sum(p.reads_s3 for p in probes())} of them COPY a "
        f"file of a few bytes, which is put below _work/ in the lake and deleted. Nothing else is changed, and nothing stays."
    )
    versions = ", ".join(f"{name} {version(name)}" for name in ("sparkify-assets", "redshift-connector"))
    verdicts: dict[str, Verdict] = {}
    try:
        with closing(ask(redshift_config(settings), lake, warn)) as results:
            for result in results:
                if not verdicts:
                    say(f"# What Redshift answered\n\n{versions}. This page names neither warehouse, user, lake nor account.")
                verdicts[result.probe.name] = result.verdict
                say(_section(result))
                if not is_terminal():  # the page goes to a file
                    warn(f"{len(verdicts)} of {len(probes())}  {result.probe.name}: {result.verdict}")
    except KeyboardInterrupt:
        raise click.ClickException(f"stopped after {len(verdicts)} of {len(probes())} probes; nothing of them stays") from None
    counts = Counter(verdicts.values())
    say(f"\n{len(verdicts)} questions: {', '.join(f'{counts[verdict]} {verdict}' for verdict in Verdict)}")
    if differing := [name for name, verdict in verdicts.items() if verdict is Verdict.DIFFERS]:
        raise click.ClickException(
            f"{pluralized(len(differing), 'answer')} not as the platform assumes: {', '.join(differing)}; the page says what to do. "
            "Please send it (docs/redshift.md)"
        )


def _section(result: "Result") -> str:
    """Markdown."""
    probe = result.probe
    lines = [f"\n## {probe.name}: {result.verdict}\n", probe.question, "", f"Assumed: {probe.assumed}", ""]
    if result.verdict == "differs":
        lines += [f"What to do: {probe.otherwise}", ""]
    if result.why_not:
        return "\n".join([*lines, f"Not asked: {result.why_not}"])
    lines.append("```sql")
    for answer in result.answers:
        lines += answer.statement.text.splitlines()
        if answer.error or answer.verdict:
            found = [f"ERROR {answer.error}"] if answer.error else () if answer.rows is None else answer.rows or ("no rows",)
            lines += [f"--> {row}" for row in found]
            lines.append(f"--> {answer.verdict}, {answer.seconds:.2f} s")
        lines.append("")
    return "\n".join([*lines, "```"])
