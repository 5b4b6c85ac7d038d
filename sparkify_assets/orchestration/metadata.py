"""What people see beside an asset: schema with meanings, lineage, row counts, a look at the rows, where the SQL lies."""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import dagster as dg

from sparkify_assets.dashboard import as_image, picture
from sparkify_assets.model import Catalog, Table
from sparkify_assets.model.dialect import to_sql
from sparkify_assets.warehouse import Reject, Session, Warehouse

PREVIEW_ROWS = 10
CODE_VERSION = "dagster/code_version"
"""the tag by which a materialization tells which version of the SQL made it"""


def materialization(table: Table, partition: str, metadata: Mapping[str, Any]) -> dg.AssetMaterialization:
    """One partition said by hand, where Dagster would say none or all; tagged as Dagster's own are."""
    return dg.AssetMaterialization(table.name, partition=partition, metadata=metadata, tags={CODE_VERSION: table.code_version})


def of_table(table: Table, catalog: Catalog) -> dict[str, Any]:
    """What is known before anything runs."""
    definition = catalog.definitions.get(table.name)
    lineage = definition.lineage if definition else {}
    found: dict[str, Any] = {
        "dagster/column_schema": _schema(table, lineage),
        "dagster/table_name": table.name,
        "dagster/code_references": _files_of(table),
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


def owned_by(layer: str) -> list[str]:
    return ["team:analytics" if layer == "reports" else "team:data_platform"]


def tags_of(table: Table, catalog: Catalog) -> dict[str, str]:
    """What assets can be searched by."""
    return {"layer": table.layer, "partitioned_by": catalog.partition_column(table) or "nothing"}


def seconds_since(begun: float) -> dict[str, float]:
    """``begun`` is a time.monotonic(); of the whole step."""
    return {"seconds": round(time.monotonic() - begun, 3)}


def as_it_stands(table: Table, warehouse: Warehouse, rows: int) -> dict[str, Any]:
    """The whole table, after the run."""
    return {"dagster/row_count": rows, "dagster/relation_identifier": warehouse.relation(table)}


def preview_of(session: Session, table: Table) -> dict[str, Any]:
    return {"preview": rows_as_table(*session.preview(table, PREVIEW_ROWS))}


def previews_of(session: Session, table: Table, partitions: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Partition → a look at its own rows."""
    rows = session.previews(table, partitions, PREVIEW_ROWS)
    return {key: {"preview": rows_as_table(table.column_names, rows.get(key, ()))} for key in partitions}


def of_the_run(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """What a step did for all its partitions together, under names that say so: it stands beside what each of them holds."""
    return {f"{name}_in_run": value for name, value in metadata.items()}


def _files_of(table: Table) -> dg.CodeReferencesMetadataValue:
    """The table's SQL, which the UI links to."""
    files = [table.definition_path, *(path for path in (table.folder / "table.sql",) if path != table.definition_path)]
    return dg.CodeReferencesMetadataValue(
        code_references=[dg.LocalFileCodeReference(file_path=str(path), line_number=1, label=path.name) for path in files]
    )


def _schema(table: Table, lineage: Mapping[str, Sequence[tuple[str, str]]]) -> dg.TableSchema:
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name=c.name,
                type=to_sql(c.type, "redshift"),
                # the open-source UI does not draw column lineage (DAGSTER.md §6), so it is said in words as well
                description=c.comment + _came_from(lineage.get(c.name, ())),
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


def _came_from(origins: Sequence[tuple[str, str]]) -> str:
    return f"  From {', '.join(f'{table}.{column}' for table, column in origins)}." if origins else ""


def rows_as_table(columns: Iterable[str], rows: Iterable[Sequence[Any]]) -> dg.MetadataValue:
    """Rows to look at; a table cell holds text or nothing."""
    names = list(columns)
    records = [dg.TableRecord({n: None if v is None else str(v) for n, v in zip(names, row, strict=True)}) for row in rows]
    return dg.MetadataValue.table(records, schema=dg.TableSchema([dg.TableColumn(n, "string") for n in names]))


def picture_of(table: Table, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The report's chart, as the dashboard draws it; nothing where it has none, or no rows."""
    drawn = picture(table, rows)
    if drawn is None:
        return {}
    return {"chart": dg.MetadataValue.md(as_image(table.comment, drawn))}


def rejects_as_table(rejects: Sequence[Reject]) -> dg.MetadataValue:
    shown = [(r.file_key, r.line, r.column, r.reason, r.raw[:200]) for r in rejects[:PREVIEW_ROWS]]
    return rows_as_table(("file", "line", "column", "reason", "record"), shown)
