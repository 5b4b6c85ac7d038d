"""Metadata that the UI shows for an asset: schema with descriptions, lineage, row counts, previews, the location of the SQL.

Put here functions that build metadata, and what the asset of every table is declared with. Do not put here the steps that log it
(assets/, checks/).
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import dagster as dg

from sparkify_assets.dashboard import as_image, chart_svg
from sparkify_assets.model import REPORTS, Catalog, Table
from sparkify_assets.model.transpile import to_sql
from sparkify_assets.orchestration.errors import RETRIES
from sparkify_assets.orchestration.partitions import backfill_policy
from sparkify_assets.settings import Settings
from sparkify_assets.warehouse import ReadSession, RejectedRecord, Warehouse

PREVIEW_ROWS = 10
CODE_VERSION = "dagster/code_version"
"""Tag of a materialization: the version of the SQL that made it."""


def materialization(table: Table, partition: str | None, metadata: Mapping[str, Any]) -> dg.AssetMaterialization:
    """Event for one partition (None: of a table without), to log where Dagster would log none or all; tagged like Dagster's own events."""
    return dg.AssetMaterialization(table.name, partition=partition, metadata=metadata, tags={CODE_VERSION: table.code_version})


def step_of_tables(
    name: str, specs: Sequence[dg.AssetSpec], settings: Settings, partitions: dg.PartitionsDefinition | None
) -> Callable[[Callable[..., Any]], dg.AssetsDefinition]:
    """Decorator of a step that loads or refreshes tables, all or some of them; they have the same partitions."""
    return dg.multi_asset(
        name=name,
        specs=specs,
        can_subset=len(specs) > 1,
        partitions_def=partitions,
        backfill_policy=backfill_policy(settings, partitions),
        retry_policy=RETRIES,
    )


def table_spec(
    table: Table,
    catalog: Catalog,
    settings: Settings,
    language: str,
    deps: Sequence[dg.AssetDep | str],
    automation_condition: dg.AutomationCondition[Any] | None = None,
) -> dg.AssetSpec:
    """What Dagster is told of every table. ``language``: what its rows are computed in."""
    return dg.AssetSpec(
        table.name,
        deps=deps,
        group_name=table.layer,
        description=table.comment,
        kinds={settings.warehouse, language},
        owners=owners(table.layer),
        tags={"layer": table.layer, "partitioned_by": catalog.partition_column(table) or "nothing"},  # users search by them
        code_version=table.code_version,
        automation_condition=automation_condition,
        metadata=_table_metadata(table, catalog),
    )


def _table_metadata(table: Table, catalog: Catalog) -> dict[str, Any]:
    """Metadata known before any run."""
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
        if source := definition.day_source:
            found["recomputed_by_day_of"] = dg.MetadataValue.text(f"{source.table}.{source.scanned}")
            if source.group:
                found["recomputed_by_group"] = dg.MetadataValue.text(", ".join(source.group))
        found["select"] = dg.MetadataValue.md(f"```sql\n{definition.table.definition_path.read_text(encoding='utf-8')}\n```")
    return found


def owners(layer: str) -> list[str]:
    return ["team:analytics" if layer == REPORTS else "team:data_platform"]


def duration_metadata(begun: float) -> dict[str, float]:
    """Seconds of the whole step. ``begun``: a time.monotonic()."""
    return {"seconds": round(time.monotonic() - begun, 3)}


def row_count_metadata(table: Table, warehouse: Warehouse, rows: int) -> dict[str, Any]:
    """For the whole table, after the run."""
    return {"dagster/row_count": rows, "dagster/relation_identifier": warehouse.full_name(table)}


def preview_metadata(session: ReadSession, table: Table) -> dict[str, Any]:
    """Some rows; nothing where SPARKIFY_SHOW_ROWS hides values, as from the other functions that show rows."""
    if not session.row_values.shown:
        return {}
    return {"preview": rows_table(*session.queries.sample_rows(table, PREVIEW_ROWS))}


def partition_previews(session: ReadSession, table: Table, partitions: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Partition → a preview of its own rows."""
    if not session.row_values.shown:
        return {key: {} for key in partitions}
    rows = session.queries.sample_rows_by_partition(table, partitions, PREVIEW_ROWS)
    return {key: {"preview": rows_table(table.column_names, rows.get(key, ()))} for key in partitions}


def run_metadata(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Metadata of a step for all its partitions together, renamed to ``…_in_run``: the UI shows it beside that of each partition."""
    return {f"{name}_in_run": value for name, value in metadata.items()}


def _code_references(table: Table) -> dg.CodeReferencesMetadataValue:
    """The table's SQL files, which the UI links to."""
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
                # the open-source UI does not draw column lineage (docs/design/dagster-facts.md), so the text contains it too
                description=c.comment + _lineage_text(lineage.get(c.name, ())),
                constraints=dg.TableColumnConstraints(
                    nullable=c.nullable,
                    unique=table.primary_key == (c.name,),
                    other=[
                        *([f"references {c.references[0]} ({c.references[1]})"] if c.references else []),
                        *([f"expected {', '.join(c.accepted_values)}"] if c.accepted_values else []),
                    ],
                ),
            )
            for c in table.columns
        ],
        constraints=dg.TableConstraints(other=[_key_text(table)] if table.key else []),
    )


def _key_text(table: Table) -> str:
    return f"{'primary key' if table.primary_key else 'unique'} ({', '.join(table.key)})"


def _lineage_text(origins: Sequence[tuple[str, str]]) -> str:
    return f"  From {', '.join(f'{table}.{column}' for table, column in origins)}." if origins else ""


def rows_table(columns: Iterable[str], rows: Iterable[Sequence[Any]]) -> dg.MetadataValue:
    """Rows as a metadata table, whose cells are text or null."""
    names = list(columns)
    records = [dg.TableRecord({n: None if v is None else str(v) for n, v in zip(names, row, strict=True)}) for row in rows]
    return dg.MetadataValue.table(records, schema=dg.TableSchema([dg.TableColumn(n, "string") for n in names]))


def chart_metadata(table: Table, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The report's chart as on the dashboard; empty if the report has no chart or no rows."""
    drawn = chart_svg(table, rows)
    if drawn is None:
        return {}
    return {"chart": dg.MetadataValue.md(as_image(table.comment, drawn))}


def rejected_records_table(rejects: Sequence[RejectedRecord]) -> dg.MetadataValue:
    shown = [(r.file_key, r.line, r.column, r.reason, r.raw[:200]) for r in rejects[:PREVIEW_ROWS]]
    return rows_table(("file", "line", "column", "reason", "record"), shown)
