"""What people see beside an asset: schema with meanings, lineage, row counts, a look at the rows, where the SQL lies."""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import dagster as dg

from sparkify_assets.dashboard import as_image, chart_svg
from sparkify_assets.model import Catalog, Table
from sparkify_assets.model.transpile import to_sql
from sparkify_assets.warehouse import RejectedRecord, Session, Warehouse

PREVIEW_ROWS = 10
CODE_VERSION = "dagster/code_version"
"""the tag by which a materialization tells which version of the SQL made it"""


def materialization(table: Table, partition: str, metadata: Mapping[str, Any]) -> dg.AssetMaterialization:
    """One partition said by hand, where Dagster would say none or all; tagged as Dagster's own are."""
    return dg.AssetMaterialization(table.name, partition=partition, metadata=metadata, tags={CODE_VERSION: table.code_version})


def table_metadata(table: Table, catalog: Catalog) -> dict[str, Any]:
    """What is known before anything runs."""
    definition = catalog.transforms.get(table.name)
    lineage = definition.lineage if definition else {}
    found: dict[str, Any] = {
        "dagster/column_schema": _column_schema(table, lineage),
        "dagster/table_name": table.name,
        "dagster/code_references": _code_references(table),
        "defined_in": dg.MetadataValue.text(f"{table.layer}/{table.name}/{table.definition_path.name}"),
    }
    if lineage:
        found["dagster/column_lineage"] = dg.TableColumnLineage(
            {
                column: [dg.TableColumnDep(asset_key=dg.AssetKey(origin), column_name=name) for origin, name in origins]
                for column, origins in lineage.items()
            }
        )
    if definition:
        found["select"] = dg.MetadataValue.md(f"```sql\n{definition.table.definition_path.read_text(encoding='utf-8')}\n```")
    return found


def owners(layer: str) -> list[str]:
    return ["team:analytics" if layer == "reports" else "team:data_platform"]


def asset_tags(table: Table, catalog: Catalog) -> dict[str, str]:
    """What assets can be searched by."""
    return {"layer": table.layer, "partitioned_by": catalog.partition_column(table) or "nothing"}


def duration_metadata(begun: float) -> dict[str, float]:
    """``begun`` is a time.monotonic(); of the whole step."""
    return {"seconds": round(time.monotonic() - begun, 3)}


def row_count_metadata(table: Table, warehouse: Warehouse, rows: int) -> dict[str, Any]:
    """The whole table, after the run."""
    return {"dagster/row_count": rows, "dagster/relation_identifier": warehouse.full_name(table)}


def preview_metadata(session: Session, table: Table) -> dict[str, Any]:
    return {"preview": rows_table(*session.sample_rows(table, PREVIEW_ROWS))}


def partition_previews(session: Session, table: Table, partitions: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Partition → a look at its own rows."""
    rows = session.sample_rows_by_partition(table, partitions, PREVIEW_ROWS)
    return {key: {"preview": rows_table(table.column_names, rows.get(key, ()))} for key in partitions}


def run_metadata(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """What a step did for all its partitions together, under names that say so: it stands beside what each of them holds."""
    return {f"{name}_in_run": value for name, value in metadata.items()}


def _code_references(table: Table) -> dg.CodeReferencesMetadataValue:
    """The table's SQL, which the UI links to."""
    files = [table.definition_path, *(path for path in (table.folder / "table.sql",) if path != table.definition_path)]
    return dg.CodeReferencesMetadataValue(
        code_references=[dg.LocalFileCodeReference(file_path=str(path), line_number=1, label=path.name) for path in files]
    )


def _column_schema(table: Table, lineage: Mapping[str, Sequence[tuple[str, str]]]) -> dg.TableSchema:
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name=c.name,
                type=to_sql(c.type, "redshift"),
                # the open-source UI does not draw column lineage (DAGSTER.md §6), so it is said in words as well
                description=c.comment + _lineage_text(lineage.get(c.name, ())),
                constraints=dg.TableColumnConstraints(
                    nullable=c.nullable,
                    unique=table.primary_key == (c.name,),
                    other=[f"references {c.references[0]} ({c.references[1]})"] if c.references else [],
                ),
            )
            for c in table.columns
        ],
        constraints=dg.TableConstraints(other=[f"primary key ({', '.join(table.primary_key)})"] if table.primary_key else []),
    )


def _lineage_text(origins: Sequence[tuple[str, str]]) -> str:
    return f"  From {', '.join(f'{table}.{column}' for table, column in origins)}." if origins else ""


def rows_table(columns: Iterable[str], rows: Iterable[Sequence[Any]]) -> dg.MetadataValue:
    """Rows to look at; a table cell holds text or nothing."""
    names = list(columns)
    records = [dg.TableRecord({n: None if v is None else str(v) for n, v in zip(names, row, strict=True)}) for row in rows]
    return dg.MetadataValue.table(records, schema=dg.TableSchema([dg.TableColumn(n, "string") for n in names]))


def chart_metadata(table: Table, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The report's chart, as the dashboard draws it; nothing where it has none, or no rows."""
    drawn = chart_svg(table, rows)
    if drawn is None:
        return {}
    return {"chart": dg.MetadataValue.md(as_image(table.comment, drawn))}


def rejected_records_table(rejects: Sequence[RejectedRecord]) -> dg.MetadataValue:
    shown = [(r.file_key, r.line, r.column, r.reason, r.raw[:200]) for r in rejects[:PREVIEW_ROWS]]
    return rows_table(("file", "line", "column", "reason", "record"), shown)
