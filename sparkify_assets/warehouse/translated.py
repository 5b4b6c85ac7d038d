"""Statements made of a table's SELECT, each built and told to the engine once: that takes longer than a small table takes to be made."""

from functools import lru_cache

from sparkify_assets.model import Catalog, Table
from sparkify_assets.model import refresh as refreshes
from sparkify_assets.model.dialect import to_sql
from sparkify_assets.warehouse.trees import create_temporary, insert

once = lru_cache(500)


@once
def inserted(catalog: Catalog, table: Table, dialect: str, whole: bool) -> str:
    """The rows of the whole table, or those of the keys that are touched."""
    definition = catalog.definitions[table.name]
    query = definition.select if whole else refreshes.restricted(definition)
    return to_sql(insert(table.name, table.column_names, query), dialect)


@once
def touched(catalog: Catalog, table: Table, dialect: str, count: int) -> str:
    """The temporary table of the keys that ``count`` partitions account for (2 × count parameters)."""
    return to_sql(create_temporary(refreshes.TOUCHED, refreshes.touched(catalog.definitions[table.name], count)), dialect)


@once
def concerned(catalog: Catalog, table: Table, other: str, dialect: str) -> str:
    """Partitions of the table whose rows meet changed rows of the other."""
    return to_sql(refreshes.concerned(catalog.definitions[table.name], other), dialect)
