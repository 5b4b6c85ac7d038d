"""Sources as assets: the lake's files of each partition (number, bytes, newest, fingerprint), never a copy of them.

Put here what the UI shows of the files. Do not put here how they are listed (lake/) or loaded (staging.py).
"""

from collections.abc import Sequence
from typing import Any

import dagster as dg

from sparkify_assets.lake import Inventory, LakeSnapshot, ObjectInfo, fingerprint
from sparkify_assets.model import Catalog, Source, Table
from sparkify_assets.orchestration.errors import user_errors_as_failures
from sparkify_assets.orchestration.metadata import owners, rows_table
from sparkify_assets.orchestration.partitions import backfill_policy, partitions_of
from sparkify_assets.settings import Settings
from sparkify_assets.text import listed

SHOWN_STRANGERS = 10
SHOWN_MISSING = 5


def source_asset(table: Table, catalog: Catalog, settings: Settings) -> dg.AssetsDefinition:
    """The asset of the files that a staging table is loaded from."""
    source = table.source
    assert source is not None

    @dg.asset(
        name=source.asset,
        group_name="sources",
        description=f"{source.title}  Lies in `{source.folder}/`, as `{source.folder}/{source.example}`.",
        kinds={"json", "file"},
        owners=owners("sources"),
        tags={"layer": "sources", "partitioned_by": source.partition},
        partitions_def=partitions_of(table, catalog, settings),
        backfill_policy=backfill_policy(settings, partitions_of(table, catalog, settings)),
        metadata={"dagster/uri": f"{settings.lake}/{source.folder}"},
    )
    def files(context: dg.AssetExecutionContext, lake: dg.ResourceParam[LakeSnapshot]) -> dg.MaterializeResult:
        with user_errors_as_failures():
            inventory = lake.inventory(source)
        missing = missing_files_metadata(context, source, inventory, lake)
        for key in context.partition_keys:
            context.add_asset_metadata(_of_partition(inventory.partitions.get(key, ())) | missing.get(key, {}), partition_key=key)
        return dg.MaterializeResult(metadata=_unmatched_metadata(inventory.unmatched, source))

    return files


def missing_files_metadata(
    context: dg.AssetExecutionContext, source: Source, inventory: Inventory, lake: LakeSnapshot
) -> dict[str, dict[str, Any]]:
    """Metadata for partitions of the run without files, since green alone would look like data. Also logs a warning."""
    missing = [key for key in context.partition_keys if not inventory.partitions.get(key)]
    where = f"{lake.lake.uri(source.folder)} holds no file of {{}} (a file is named as {source.example})"
    if missing:
        context.log.warning(f"{where.format(listed(missing, SHOWN_MISSING))}: empty")
    return {key: {"no_file": f"{where.format(key)}: it is empty"} for key in missing}


def _of_partition(entries: Sequence[ObjectInfo]) -> dict[str, Any]:
    newest = max((e.modified for e in entries), default=None)
    return {
        "files": len(entries),
        "dagster/size_bytes": sum(e.size for e in entries),
        **({"newest": dg.MetadataValue.timestamp(newest)} if newest else {}),
        "fingerprint": fingerprint(entries),
    }


def _unmatched_metadata(keys: Sequence[str], source: Source) -> dict[str, Any]:
    if not keys:
        return {}
    expected = f"{source.folder}/{source.example}"
    return {
        "unmatched_files": len(keys),
        "unmatched_files_reason": dg.MetadataValue.text(f"their names do not fit the pattern of {expected}"),
        "unmatched_files_sample": rows_table(("key",), [(k,) for k in keys[:SHOWN_STRANGERS]]),
    }
