"""The query tag: names the purpose of a warehouse session, so that a query in the engine's log can be traced to its asset and run.

Put here the text of the tag. Do not put here how an engine records it (warehouse/).
"""

from collections.abc import Sequence

import dagster as dg


def query_tag(context: dg.AssetExecutionContext, table: str, partitions: Sequence[str]) -> str:
    """The tag as it appears in the warehouse's own log: "staging_events 2018-11-01..2018-11-30 run 1c3f…"."""
    spread = f" {partitions[0]}..{partitions[-1]}" if len(partitions) > 1 else f" {partitions[0]}" if partitions else ""
    return f"{table}{spread} run {context.run.run_id}"
