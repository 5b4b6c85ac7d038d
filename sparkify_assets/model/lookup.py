"""Lookup table: one row for each distinct text of staging (selected by ``texts.sql``), with what a library derives from it.

A row depends on its text only, so it exists as long as its text is in staging, and never changes.  Put here which texts there are.  Do
not put here the functions that read them (lookup_function.py) or the sync of rows (warehouse/lookup_sync.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.schema import MappingSchema

from sparkify_assets.errors import ModelError
from sparkify_assets.model.incremental import in_list
from sparkify_assets.model.lookup_function import ReadText
from sparkify_assets.model.table import Table
from sparkify_assets.model.transpile import typed


@dataclass(frozen=True, eq=False)
class Lookup:
    """The table, the function that reads a text, and the query of its texts."""

    table: Table
    read: ReadText
    texts: exp.Query
    sources: Mapping[str, tuple[exp.Select, ...]]
    """staging table → the SELECTs of texts.sql that read it"""

    @property
    def key(self) -> str:
        """The column that holds the text."""
        return self.table.primary_key[0]

    def texts_in(self, staging: Table, column: str, count: int) -> tuple[exp.Query, int]:
        """Query of the texts in ``count`` partitions of a staging table (by its ``column``), and how many times its parameters repeat."""
        chosen = [s.where(in_list(exp.column(column, _scan(s).alias_or_name), staging, count)) for s in self.sources[staging.name]]
        query: exp.Query = chosen[0]
        for other in chosen[1:]:
            query = exp.union(query, other, distinct=False, copy=False)
        return query, len(chosen)


def define_lookup(table: Table, read: ReadText, schema: MappingSchema) -> Lookup:
    """Parse a lookup's texts.sql.  Raises ModelError naming the file for SQL that a load cannot keep up to date."""
    path = table.definition_path
    assert table.texts is not None
    if len(table.primary_key) != 1 or table.columns[0].name != table.primary_key[0]:
        raise ModelError(f"{table.folder / 'table.sql'}: a lookup's PRIMARY KEY is its first column, the text; found {table.primary_key}")
    texts = typed(table.texts, schema, path)
    if texts.named_selects != [table.primary_key[0]]:
        raise ModelError(f"{path}: selects {', '.join(texts.named_selects)}; expected {table.primary_key[0]} alone")
    sources: dict[str, tuple[exp.Select, ...]] = {}
    for select in _selects(texts):
        if not isinstance(select, exp.Select) or select.args.get("joins") or not isinstance(_scan(select), exp.Table):
            raise ModelError(
                f"{path}: {select.sql('redshift')[:80]}: expected SELECTs that read one staging table each, with UNION between"
            )
        sources[_scan(select).name] = (*sources.get(_scan(select).name, ()), select)
    return Lookup(table, read, texts, sources)


def _selects(query: exp.Query) -> list[exp.Query]:
    return [*_selects(query.left), *_selects(query.right)] if isinstance(query, exp.Union) else [query]


def _scan(select: exp.Select) -> exp.Expr:
    return select.args["from_"].this
