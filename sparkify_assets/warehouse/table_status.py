"""What the warehouse holds of the platform's tables.  It only reads, and one statement asks all tables for their rows."""

from collections.abc import Mapping
from datetime import datetime

from sqlglot import exp

from sparkify_assets.model import STAGING, Catalog
from sparkify_assets.warehouse.base import TableStatus
from sparkify_assets.warehouse.load_metadata import LoadMetadata


def table_statuses(session: LoadMetadata, catalog: Catalog) -> Mapping[str, TableStatus]:
    """Table → what it holds, of the tables of the catalogue that are there."""
    found = session.existing_tables()
    there = [table.name for table in catalog if table.name in found]
    if not there:
        return {}
    counts = [exp.select(exp.alias_(exp.Literal.string(name), "name"), exp.alias_("COUNT(*)", "counted")).from_(name) for name in there]
    rows: dict[str, int] = dict(session.run(exp.union(*counts, distinct=False) if len(counts) > 1 else counts[0]))
    loads: dict[str, datetime] = dict(session.run_named("latest_loads")) if "load_history" in found else {}
    owed = session.stale_partitions() if "pending_refreshes" in found else {}
    return {name: TableStatus(rows[name], _newest_load(loads, _staging_tables_of(catalog, name)), name in owed) for name in there}


def _newest_load(loads: Mapping[str, datetime], staging: set[str]) -> datetime | None:
    return max((loads[name] for name in staging if name in loads), default=None)


def _staging_tables_of(catalog: Catalog, name: str) -> set[str]:
    """The staging tables that a table follows from, itself if it is one."""
    if catalog[name].layer == STAGING:
        return {name}
    definition, lookup = catalog.transforms.get(name), catalog.lookups.get(name)
    read = definition.reads if definition else lookup.sources if lookup else ()
    return {staging for other in read for staging in _staging_tables_of(catalog, other)}
