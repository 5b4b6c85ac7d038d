"""Dagster's PostgreSQL storage with pooled connections and grouped writes, for a Dagster that several machines or people share.

Dagster's own storage connects for every statement: some 4,000 times in a load of a month. This one takes connections from a pool, one of
the process for runs, events and schedules, and writes the events of a step in one transaction (history.py). Tables and rows keep Dagster's
format: name ``dagster_postgres.DagsterPostgresStorage`` in dagster.yaml to return to Dagster's storage.

Put here what is PostgreSQL's own. Do not put here what both storages do (history.py). Needs the package's extra ``postgres``.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from dagster_postgres import DagsterPostgresStorage, PostgresEventLogStorage
from dagster_postgres.utils import create_pg_engine, get_token_provider_from_config, pg_url_from_config

from sparkify_assets.orchestration.history import GroupedEvents, Written

POOL: Mapping[str, Any] = {
    "isolation_level": "AUTOCOMMIT",  # as Dagster's storages: they begin the transactions that they need
    "pool_size": 2,  # kept open by a process: the event log writes while another storage reads
    "max_overflow": 20,  # beyond these, closed after use: a daemon's threads
    "pool_recycle": 1800,  # seconds: before a firewall forgets an idle connection
    "pool_pre_ping": True,  # a server that was restarted costs one connection, not a failed run
}


def _with_driver(url: str) -> str:
    """``postgresql://`` means another driver from SQLAlchemy 2.1 on than the one that dagster-postgres installs and uses."""
    return re.sub(r"^postgres(ql)?://", "postgresql+psycopg2://", url)


class GroupedPostgresEventLog(GroupedEvents, PostgresEventLogStorage):
    """All events in one database. The ids of a group are taken in the transaction that commits them."""

    def _write(self, events: Sequence[Written]) -> None:
        with self.index_transaction() as connection:
            self._insert(connection, events)

    def dispose(self) -> None:
        super().dispose()
        self._engine.dispose()


class PooledPostgresStorage(DagsterPostgresStorage):
    """The storage that ``storage: custom`` in dagster.yaml names; its configuration is that of Dagster's ``storage: postgres``."""

    def __init__(self, postgres_url: str, should_autocreate_tables: bool = True, inst_data: Any = None, token_provider: Any = None) -> None:
        super().__init__(postgres_url, should_autocreate_tables, inst_data, token_provider)
        self._event_log_storage = GroupedPostgresEventLog(postgres_url, should_autocreate_tables, inst_data, token_provider)
        pool = create_pg_engine(postgres_url, token_provider, **POOL)
        for storage in (self._run_storage, self._event_log_storage, self._schedule_storage):
            storage._engine = pool  # in place of one that keeps no connection

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> "PooledPostgresStorage":
        return cls(
            _with_driver(pg_url_from_config(config_value)),
            config_value.get("should_autocreate_tables", True),
            inst_data,
            get_token_provider_from_config(config_value),
        )
