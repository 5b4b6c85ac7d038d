"""PostgreSQL for Dagster's history: the test run's one server, and databases that exist for one test.

`pytest --postgresql` runs the suites of orchestration/ and live/ with their history in it, as a team's deployment has it, not in SQLite.

Put here what makes such a history.  Do not put here tests of the storage itself (orchestration/test_history.py).
"""

import os
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import dagster as dg
import psycopg2
import yaml

from sparkify_assets.cli.dagster_home import PACKAGED
from sparkify_assets.orchestration.instance import open_instance
from sparkify_assets_tests.emulators.redshift.postgres import Postgres
from sparkify_assets_tests.shared import address_of, built

EVERYWHERE = "SPARKIFY_TEST_ON_POSTGRESQL"
"""variable of the environment that `--postgresql` sets, for the processes of `pytest -n`, too"""
POOLED = """
storage:
  custom:
    module: sparkify_assets.orchestration.postgres_history
    class: PooledPostgresStorage
    config:
      postgres_url: {url}
telemetry: {{enabled: false}}
"""
EMPTY = "dagster_empty"
"""a database with Dagster's tables, which others are copied from"""


def is_everywhere() -> bool:
    return EVERYWHERE in os.environ


def url_of(database: str) -> str:
    return f"postgresql+psycopg2://postgres@/{database}?host={address_of(Postgres)}"


def create_database(name: str, template: str = "template1") -> str:
    """Returns its URL.  ``template``: the database that it is a copy of, to which nobody may be connected."""
    _administer(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return url_of(name)


def drop_database(name: str) -> None:
    _administer(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def new_database(template: str | None = None) -> Iterator[str]:
    """The URL of a database that is dropped at the end.  ``template``: as of create_database(); None: one with Dagster's tables, empty."""
    name = f"dagster_{uuid.uuid4().hex[:12]}"
    if template is None:
        built(EMPTY, _with_tables)
    try:
        yield create_database(name, template or EMPTY)
    finally:
        drop_database(name)


@contextmanager
def new_instance(folder: Path, template: str | None = None) -> Iterator[dg.DagsterInstance]:
    """An instance whose history is in PostgreSQL, and whose home is ``folder``."""
    with new_database(template) as url:
        (folder / PACKAGED.name).write_text(POOLED.format(url=url), encoding="utf-8")
        with open_instance(folder) as instance:
            yield instance


def packaged_config(url: str) -> str:
    """The package's dagster.yaml with its history in PostgreSQL."""
    packaged = yaml.safe_load(PACKAGED.read_text(encoding="utf-8"))
    return yaml.safe_dump(packaged | {"storage": yaml.safe_load(POOLED.format(url=url))["storage"]})


def _with_tables(folder: Path) -> None:
    (folder / PACKAGED.name).write_text(POOLED.format(url=create_database(EMPTY)), encoding="utf-8")
    open_instance(folder).dispose()


def _administer(statement: str) -> None:
    with closing(psycopg2.connect(host=address_of(Postgres), user="postgres", dbname="postgres")) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
