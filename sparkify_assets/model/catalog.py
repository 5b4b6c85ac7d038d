"""All tables together: their order, their dependencies, and the schema that types their SQL.

Put here what concerns several tables.  Do not put here the parsing of one folder (table_parser.py).
"""

import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from sqlglot import exp
from sqlglot.schema import MappingSchema

from sparkify_assets import tables as table_folders
from sparkify_assets.errors import ModelError
from sparkify_assets.model.data_tests import data_tests
from sparkify_assets.model.lookup import Lookup, define_lookup
from sparkify_assets.model.lookup_function import lookup_function
from sparkify_assets.model.table import LOAD_METADATA, LOOKUPS, REDSHIFT, STAGING, Check, Table, tables_in
from sparkify_assets.model.table_parser import read_table
from sparkify_assets.model.transform import Transform, read_transform


@dataclass(frozen=True, eq=False)
class Catalog:
    """Every table by name, each after those it reads."""

    tables: Mapping[str, Table]
    transforms: Mapping[str, Transform]
    lookups: Mapping[str, Lookup]
    checks: Mapping[str, tuple[Check, ...]]
    """table → its data tests, from the DDL and from checks/, typed"""

    def __getitem__(self, name: str) -> Table:
        return self.tables[name]

    def __iter__(self) -> Iterator[Table]:
        return iter(self.tables.values())

    @cached_property
    def creation_order(self) -> list[Table]:
        """Each table after those that its REFERENCES name: Redshift creates no table before them, and drops none of them before it."""
        return [self[name] for name in _order_of_references(self.tables.values())]

    def layer(self, *names: str) -> list[Table]:
        return [t for t in self if t.layer in names]

    def root(self, table: Table) -> Table | None:
        """The staging table whose partitions the table has; None if it has no partitions."""
        if table.layer == STAGING:
            return table
        definition = self.transforms.get(table.name)
        return self.root(self[definition.incremental_source.table]) if definition and definition.incremental_source else None

    def partition_column(self, table: Table) -> str | None:
        root = self.root(table)
        return root.source.partition if root and root.source else None

    def required_partition_column(self, table: Table) -> str:
        """As partition_column.  Raises ValueError for a table without partitions."""
        column = self.partition_column(table)
        if column is None:
            raise ValueError(f"{table.name} has no partitions")
        return column

    def inputs(self, table: Table) -> tuple[str, ...]:
        """The tables that the table is computed from; none for a staging table or load metadata."""
        transform, lookup = self.transforms.get(table.name), self.lookups.get(table.name)
        return transform.reads if transform else tuple(lookup.sources) if lookup else ()

    def dependents(self, name: str) -> list[Transform]:
        """Transforms that read the table directly."""
        return [d for d in self.transforms.values() if name in d.reads]

    def person_columns(self, staging: Table) -> dict[str, str]:
        """Table → the column that holds persons as the staging table's person column does, unchanged: itself, and those that copy it."""
        if staging.person_column is None:
            return {}
        found, kind = {staging.name: staging.person_column}, staging.column(staging.person_column).type
        for name, transform in self.transforms.items():
            for column, origins in transform.lineage.items():
                copied = [found.get(table) == origin for table, origin in origins]
                if copied == [True] and transform.table.column(column).type == kind:  # a count of persons is of another type
                    found[name] = column
        return found

    def days_followed(self, name: str) -> list[str]:
        """Columns of the table whose days other tables follow."""
        found = {source.scanned for d in self.dependents(name) if (source := d.day_source) and source.table == name}
        return sorted(found)

    @property
    def unpartitioned(self) -> list[str]:
        """Derived tables without partitions, which one step recomputes: the days that are stale, or all."""
        return [name for name, definition in self.transforms.items() if definition.incremental_source is None]

    def unpartitioned_to_recompute(self, stale: Collection[str]) -> list[str]:
        """Those that are stale, and those that will be when these are recomputed; each after those it reads."""
        chosen: list[str] = []
        for name in self.unpartitioned:
            if name in stale or any(read in chosen for read in self.transforms[name].reads):
                chosen.append(name)
        return chosen

    def lookups_of(self, name: str) -> list[Lookup]:
        """Lookups of texts in the staging table."""
        return [x for x in self.lookups.values() if name in x.sources]


@cache
def load_catalog(root: Path = Path(table_folders.__file__).parent) -> Catalog:
    """Parse every folder below ``root``.  Raises ModelError naming the file (and line) that is unusable."""
    found: dict[str, Table] = {}
    for folder in sorted(p.parent for p in root.glob("*/*/table.sql")):
        if other := found.get(folder.name):
            raise ModelError(f"{folder}: {other.folder} is of the same name; a table has one folder")
        found[folder.name] = read_table(folder)
    _check_sources(found)
    _check_reads(found)
    schema = MappingSchema({t.name: {c.name: c.type.sql(REDSHIFT) for c in t.columns} for t in found.values()}, dialect=REDSHIFT)
    partitions = {t.source.partition for t in found.values() if t.source}
    of_texts = {t.name for t in found.values() if t.layer == LOOKUPS}
    definitions = {t.name: read_transform(t, schema, partitions, of_texts) for t in found.values() if t.select is not None}
    lookups = {name: define_lookup(found[name], lookup_function(found[name].folder).read, schema) for name in sorted(of_texts)}
    _check_references(found.values(), found)
    checks = {t.name: tuple(data_tests(t, schema)) for t in found.values() if t.layer != LOAD_METADATA}
    _check_lookups(definitions.values(), found)
    reads = {
        **dict.fromkeys(found, ()),
        **{n: tuple(x.sources) for n, x in lookups.items()},
        **{n: d.reads for n, d in definitions.items()},
    }
    order = _order(reads, root)
    catalog = Catalog(
        tables={name: found[name] for name in order},
        transforms={name: definitions[name] for name in order if name in definitions},
        lookups={name: lookups[name] for name in order if name in lookups},
        checks=checks,
    )
    _check_followed(catalog)
    _check_match_rates(catalog)
    _check_scopes(((found[name], check) for name, of_table in checks.items() for check in of_table), catalog)
    return catalog


def _order(reads: Mapping[str, Iterable[str]], root: Path) -> list[str]:
    try:
        return list(TopologicalSorter({name: sorted(reads[name]) for name in sorted(reads)}).static_order())
    except CycleError as e:
        raise ModelError(f"{root}: tables read one another in a circle: {' → '.join(e.args[1])}") from e


def _order_of_references(tables: Collection[Table]) -> list[str]:
    referred = {t.name: sorted({c.references[0] for c in t.columns if c.references} - {t.name}) for t in tables}
    try:
        return list(TopologicalSorter(referred).static_order())
    except CycleError as e:
        circle: list[str] = e.args[1]
        path = next(t.folder for t in tables if t.name == circle[0]) / "table.sql"
        raise ModelError(
            f"{path}: tables reference one another in a circle ({', '.join(circle[1:])}), so that none can be created before the others; "
            "remove a REFERENCES"
        ) from e


def _check_sources(known: Mapping[str, Table]) -> None:
    """Each asset has a name of its own, be it a source or a table."""
    taken: dict[str, Path] = {name: table.folder for name, table in known.items()}
    for table in known.values():
        if table.source is None:
            continue
        path = table.folder / "source.toml"
        if other := taken.get(table.source.asset):
            raise ModelError(f"{path}: asset is {table.source.asset}, a name that {other} has; expected another one")
        taken[table.source.asset] = path


def _check_followed(catalog: Catalog) -> None:
    """Runs load a staging table together with the tables that have its partitions."""
    followed = {root.name for name in catalog.transforms if (root := catalog.root(catalog[name]))}
    for table in catalog.layer(STAGING):
        if table.name not in followed:
            assert table.source is not None
            raise ModelError(
                f"{table.folder / 'source.toml'}: no table follows the partitions of {table.name}; expected at least one in dimensions/ or "
                f"facts/ whose transform.sql selects {table.source.partition} from it"
            )


def _check_reads(known: Mapping[str, Table]) -> None:
    """Before columns are looked for: those of an unknown table are unknown, too."""
    for table in known.values():
        written = [(table.definition_path, tables_in(q)) for q in (table.select, table.texts) if q is not None]
        for path, names in [*written, *((check.path, check.reads) for check in table.checks)]:
            for unknown in sorted(names - known.keys()):
                alike = difflib.get_close_matches(unknown, known, n=1)
                raise ModelError(f"{path}: reads {unknown}, which no folder describes{f'; is {alike[0]} meant?' if alike else ''}")


def _check_lookups(definitions: Iterable[Transform], known: Mapping[str, Table]) -> None:
    """Allow partitioned tables to join staging tables and lookups only.

    A load finds the partitions that a changed staging row affects, and a lookup's rows do not change; other changes are not tracked.
    """
    for definition in definitions:
        if derived := [n for n in definition.joined_tables if n in known and known[n].layer not in (STAGING, LOOKUPS)]:
            raise ModelError(
                f"{definition.table.definition_path}: JOIN {derived[0]}: a table with partitions can look up staging tables and "
                f"lookups only; join what {derived[0]} is made of, or do without partitions"
            )


def _check_match_rates(catalog: Catalog) -> None:
    for table in catalog:
        if table.match_rate and catalog.root(table) is None:
            raise ModelError(
                f"{table.folder / 'checks' / 'match_rate.toml'}: {table.name} has no partitions; the check compares the rate of one "
                "with that of the others"
            )


def _check_scopes(checks: Iterable[tuple[Table, Check]], catalog: "Catalog") -> None:
    """A scope chooses rows of a table with the partitions of the check's own; of others every row is read."""
    for table, check in checks:
        root = catalog.root(table)
        scans = {scan.alias_or_name: scan.name for scan in check.select.find_all(exp.Table)} if check.scopes else {}
        allowed = [alias for alias, name in scans.items() if root and name in catalog.tables and catalog.root(catalog[name]) == root]
        for alias in [a for a in check.scopes if a not in allowed]:
            found = f"a scan of {scans[alias]}" if alias in scans else "no scan of the query"
            if not root:
                expected = f"remove the line, since {table.name} has no partitions"
            elif allowed:
                expected = f"expected {' or '.join(allowed)}, a scan of a table with the partitions of {root.name}"
            else:
                expected = f"remove the line, since the query scans no table with the partitions of {root.name}"
            raise ModelError(f"{check.path}: scope: {alias} is {found}; {expected}")


def _check_references(tables: Collection[Table], known: Mapping[str, Table]) -> None:
    for table in tables:
        for column in table.columns:
            if column.references is None:
                continue
            name, key = column.references
            if name not in known or known[name].primary_key != (key,):
                raise ModelError(
                    f"{table.folder / 'table.sql'}: {column.name} references {name} ({key}), which is not a table's primary key"
                )
    _order_of_references(tables)
