"""Statements made of a table's SELECT, each built and told to the engine once: that takes longer than a small table takes to be made."""

from functools import lru_cache

from sparkify_assets.model import Catalog, Table
from sparkify_assets.model import incremental as refreshes
from sparkify_assets.model.transpile import to_sql
from sparkify_assets.warehouse.sql_builder import create_temporary, insert

cached = lru_cache(500)


@cached
def insert_sql(catalog: Catalog, table: Table, dialect: str, whole: bool) -> str:
    """The rows of the whole table, or those of the keys that are touched."""
    definition = catalog.transforms[table.name]
    query = definition.select if whole else refreshes.restrict_to_affected(definition)
    return to_sql(insert(table.name, table.column_names, query), dialect)


@cached
def affected_keys_sql(catalog: Catalog, table: Table, dialect: str, count: int) -> str:
    """The temporary table of the keys that ``count`` partitions account for (2 × count parameters)."""
    return to_sql(create_temporary(refreshes.AFFECTED_KEYS, refreshes.affected_keys(catalog.transforms[table.name], count)), dialect)


@cached
def affected_partitions_sql(catalog: Catalog, table: Table, other: str, dialect: str) -> str:
    """Partitions of the table whose rows meet changed rows of the other."""
    return to_sql(refreshes.affected_partitions(catalog.transforms[table.name], other), dialect)
