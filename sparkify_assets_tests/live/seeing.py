"""The state of a running platform through GraphQL, as the UI shows it: materializations, checks, failures, ticks.

Put here queries. Do not put here what launches runs (asking.py).
"""

import json
from dataclasses import dataclass
from typing import Any

from sparkify_assets_tests.live.asking import LOCATION, REPOSITORY, Asking

METADATA = (
    "metadataEntries{label ... on IntMetadataEntry{intValue} ... on FloatMetadataEntry{floatValue} ... on TextMetadataEntry{text} "
    "... on MarkdownMetadataEntry{mdStr} ... on JsonMetadataEntry{jsonString} ... on TableMetadataEntry{table{records}}}"
)


@dataclass(frozen=True)
class Answer:
    """One evaluation of a check. Its status: SUCCEEDED, FAILED, SKIPPED, IN_PROGRESS or EXECUTION_FAILED."""

    status: str
    run: str
    partition: str | None
    severity: str | None
    description: str | None
    metadata: dict[str, Any]


@dataclass(frozen=True)
class Tick:
    """One evaluation of a sensor."""

    status: str
    runs: tuple[str, ...]
    skipped_because: str | None
    error: str | None


class Seeing(Asking):
    """Queries for what happened."""

    def materialized(self, asset: str) -> list[str]:
        """Partitions that the UI shows as materialized, in order."""
        query = (
            "query($k: AssetKeyInput!){assetNodeOrError(assetKey: $k){... on AssetNode{"
            "partitionKeysByDimension{partitionKeys} assetPartitionStatuses{"
            "... on TimePartitionStatuses{ranges{status startKey endKey}} ... on DefaultPartitionStatuses{materializedPartitions}}}}}"
        )
        node = self.graphql(query, k={"path": [asset]})["assetNodeOrError"]
        found = node["assetPartitionStatuses"]
        if "ranges" not in found:
            return sorted(found["materializedPartitions"])
        good = [(r["startKey"], r["endKey"]) for r in found["ranges"] if r["status"] == "MATERIALIZED"]
        keys = node["partitionKeysByDimension"][0]["partitionKeys"]
        return [k for k in keys if any(first <= k <= last for first, last in good)]

    def materialization(self, asset: str, partition: str | None = None) -> dict[str, Any] | None:
        """Metadata of the latest materialization (of the partition); None if there is none."""
        query = (
            "query($k: AssetKeyInput!, $p: [String!]){assetNodeOrError(assetKey: $k){... on AssetNode{"
            f"assetMaterializations(partitions: $p, limit: 1){{runId partition {METADATA}}}}}}}}}"
        )
        chosen = None if partition is None else [partition]
        found = self.graphql(query, k={"path": [asset]}, p=chosen)["assetNodeOrError"]["assetMaterializations"]
        return _metadata(found[0]) if found else None

    def answers(self, asset: str, check: str, partition: str | None = None, limit: int = 100) -> list[Answer]:
        """Evaluations of the check (for the partition), newest first."""
        query = (
            "query($k: AssetKeyInput!, $c: String!, $p: String, $n: Int!){"
            "assetCheckExecutions(assetKey: $k, checkName: $c, partition: $p, limit: $n){"
            f"status runId partition evaluation{{severity description partition {METADATA}}}}}}}"
        )
        found = self.graphql(query, k={"path": [asset]}, c=check, p=partition, n=limit)["assetCheckExecutions"]
        return [
            Answer(
                status=execution["status"],
                run=execution["runId"],
                partition=execution["partition"],
                severity=(execution["evaluation"] or {}).get("severity"),
                description=(execution["evaluation"] or {}).get("description"),
                metadata=_metadata(execution["evaluation"]) if execution["evaluation"] else {},
            )
            for execution in found
        ]

    def failures(self, run_id: str) -> str:
        """The errors of a run and of its steps."""
        query = (
            "query($id: ID!){logsForRun(runId: $id){... on EventConnection{events{"
            "... on ExecutionStepFailureEvent{stepKey error{message}} ... on RunFailureEvent{message}}}}}"
        )
        events = self.graphql(query, id=run_id)["logsForRun"]["events"]
        return "\n".join(e["error"]["message"] if e.get("error") else e["message"] for e in events if e)

    def ticks(self, sensor: str, limit: int = 100) -> list[Tick]:
        """Ticks of the sensor, newest first."""
        query = (
            "query($s: SensorSelector!, $n: Int!){sensorOrError(sensorSelector: $s){__typename ... on Sensor{sensorState{"
            "ticks(limit: $n){status runIds skipReason error{message}}}}}}"
        )
        selector = {"repositoryLocationName": LOCATION, "repositoryName": REPOSITORY, "sensorName": sensor}
        found = self.graphql(query, s=selector, n=limit)["sensorOrError"]
        assert found["__typename"] == "Sensor", f"{sensor}: {found['__typename']}"
        return [
            Tick(t["status"], tuple(t["runIds"]), t["skipReason"], (t["error"] or {}).get("message")) for t in found["sensorState"]["ticks"]
        ]


def _metadata(event: dict[str, Any]) -> dict[str, Any]:
    """Label → value; tables as their records, JSON decoded."""
    return {entry["label"]: _value(entry) for entry in event["metadataEntries"]}


def _value(entry: dict[str, Any]) -> Any:
    if "table" in entry:
        return [json.loads(record) for record in entry["table"]["records"]]
    if "jsonString" in entry:
        return json.loads(entry["jsonString"])
    return next((value for key, value in entry.items() if key != "label"), None)
