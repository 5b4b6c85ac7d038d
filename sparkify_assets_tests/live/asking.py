"""Commands to a running platform through GraphQL, as the UI sends them: runs and backfills.

Put here what launches runs and waits for them. Do not put here their results (seeing.py).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest

from sparkify_assets.orchestration.partitions import KEY, RANGE_END, RANGE_START

Found = TypeVar("Found")
LOCATION = "sparkify_assets"
REPOSITORY = "__repository__"
ENDED = ("SUCCESS", "FAILURE", "CANCELED")


@dataclass(frozen=True)
class Run:
    """A run, as in the list of runs."""

    id: str
    status: str
    job: str
    tags: dict[str, str]
    assets: frozenset[str]


class Asking(ABC):
    """Launches runs and waits for them, through the web server."""

    @abstractmethod
    def graphql(self, query: str, **variables: Any) -> Any: ...

    @abstractmethod
    def wait_until(self, what: str, question: Callable[[], Found | None]) -> Found: ...

    @abstractmethod
    def told(self) -> str: ...

    def launch(self, assets: Sequence[str], first: str | None = None, last: str | None = None) -> str:
        """Launch one run of these assets and their checks, for a partition or a range of partitions; returns the run's id."""
        partitions = {} if first is None else {KEY: first} if last is None else {RANGE_START: first, RANGE_END: last}
        return self._launch({"assetSelection": [{"path": [a]} for a in assets]}, partitions)

    def launch_check(self, asset: str, check: str, partition: str | None = None) -> str:
        """Launch one check alone; returns the run's id."""
        wanted = {"assetSelection": [], "assetCheckSelection": [{"assetKey": {"path": [asset]}, "name": check}]}
        return self._launch(wanted, {KEY: partition} if partition else {})

    def launch_job(self, job: str) -> str:
        return self._launch({"pipelineName": job}, {})

    def _launch(self, selection: dict[str, Any], tags: dict[str, str]) -> str:
        where = {"repositoryLocationName": LOCATION, "repositoryName": REPOSITORY, "pipelineName": "__ASSET_JOB"}
        answer = self.graphql(
            "mutation($p: ExecutionParams!){launchRun(executionParams: $p)"
            "{__typename ... on LaunchRunSuccess{run{id}} ... on Error{message}}}",
            p={
                "selector": {**where, **selection},
                "mode": "default",
                "executionMetadata": {"tags": [{"key": k, "value": v} for k, v in tags.items()]},
            },
        )["launchRun"]
        return answer["run"]["id"] if "run" in answer else pytest.fail(str(answer))

    def backfill(self, assets: Sequence[str], first: str, last: str) -> str:
        """Launch a backfill of a range, which the daemon executes within about half a minute; returns its id."""
        chosen = {"range": {"start": first, "end": last}}
        answer = self.graphql(
            "mutation($p: LaunchBackfillParams!){launchPartitionBackfill(backfillParams: $p)"
            "{__typename ... on LaunchBackfillSuccess{backfillId} ... on Error{message}}}",
            p={"partitionsByAssets": [{"assetKey": {"path": [a]}, "partitions": chosen} for a in assets]},
        )["launchPartitionBackfill"]
        return answer["backfillId"] if "backfillId" in answer else pytest.fail(str(answer))

    def wait_for_backfill(self, backfill: str, status: str = "COMPLETED_SUCCESS") -> None:
        def ended() -> str | None:
            query = "query($id: String!){partitionBackfillOrError(backfillId: $id){... on PartitionBackfill{status}}}"
            found = self.graphql(query, id=backfill)["partitionBackfillOrError"]["status"]
            return found if found.startswith("COMPLETED") or found in ("FAILED", "CANCELED") else None

        found = self.wait_until(f"the backfill {backfill} to end", ended)
        assert found == status, f"the backfill {backfill} ended as {found}; expected {status}\n{self.told()}"

    def runs(self) -> list[Run]:
        """All runs, newest first."""
        query = "{runsOrError{... on Runs{results{id status jobName tags{key value} assetSelection{path}}}}}"
        return [
            Run(
                id=run["id"],
                status=run["status"],
                job=run["jobName"],
                tags={t["key"]: t["value"] for t in run["tags"]},
                assets=frozenset("/".join(a["path"]) for a in run["assetSelection"] or ()),
            )
            for run in self.graphql(query)["runsOrError"]["results"]
        ]

    def wait_for_run(self, run_id: str, status: str = "SUCCESS") -> Run:
        """The run, after it has ended. If its status is another, the test fails and shows the run's errors."""

        def ended() -> Run | None:
            return next((r for r in self.runs() if r.id == run_id and r.status in ENDED), None)

        run = self.wait_until(f"run {run_id} to end", ended)
        assert run.status == status, f"run {run_id} ended as {run.status}; expected {status}\n{self.failures(run_id)}\n{self.told()}"
        return run

    def wait_for_quiet(self) -> list[Run]:
        """All runs, once none is queued or running."""

        def ended() -> list[Run] | None:
            runs = self.runs()
            return runs if all(r.status in ENDED for r in runs) else None

        return self.wait_until("all runs to end", ended)

    @abstractmethod
    def failures(self, run_id: str) -> str: ...
