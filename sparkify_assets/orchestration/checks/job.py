"""The job that evaluates checks and nothing else, for partitions chosen in the Launchpad.

The open-source UI has no button for it: for a partitioned asset it executes all checks for all partitions and rejects a single one. Checks
of days and checks of letters run in separate runs, so that the UI shows each in its usual place.

Put here how checks are selected and launched. Do not put here how they are evaluated (factory.py).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable

import dagster as dg
from pydantic import Field

from sparkify_assets.errors import SettingsError
from sparkify_assets.orchestration.errors import user_errors_as_failures
from sparkify_assets.orchestration.orphaned_runs import process_tags
from sparkify_assets.orchestration.partitions import KEY, RANGE_END, RANGE_START
from sparkify_assets.text import pluralized


class CheckSelection(dg.Config):
    """The checks to evaluate, and their partitions."""

    checks: list[str] = Field(
        default_factory=list,
        description="as songplays.primary_key, or songplays for all of a table's; none: of every table that has the partitions",
    )
    partition_start: str = Field(default="", description="the first partition, as 2018-11-05 or A; none: all partitions")
    partition_end: str = Field(default="", description="the last one; none: only the first")


Batches = dict[dg.PartitionsDefinition | None, set[dg.AssetCheckKey]]


def run_checks_job(platform: Callable[[], dg.Definitions]) -> dg.JobDefinition:
    @dg.op(
        description="`checks`: songplays.primary_key, or songplays; none: all.  "
        "`partition_start`, `partition_end`: 2018-11-05, or A; none: all."
    )
    def evaluate(context: dg.OpExecutionContext, config: CheckSelection) -> None:
        job = platform().resolve_implicit_global_asset_job_def()
        graph = job.asset_layer.asset_graph
        with user_errors_as_failures():
            batches = selected_checks(config, {key: graph.get(key.asset_key).partitions_def for key in graph.asset_check_keys})
        for partitions, keys in batches.items():
            part = job.get_subset(asset_check_selection=keys)
            tags = process_tags() | (_tags(config) if partitions else {})
            result = part.execute_in_process(instance=context.instance, tags=tags, raise_on_error=False)
            context.log.info(f"run {result.run_id} asked {pluralized(len(keys), 'check')}: {', '.join(sorted(_name(k) for k in keys))}")
            if not result.success:
                raise dg.Failure(f"run {result.run_id} failed: a check that blocks did, or could not be asked", allow_retries=False)

    @dg.job(name="run_checks", description="Asks checks, and nothing else, for chosen partitions: say in the Launchpad which.")
    def run_checks() -> None:
        evaluate()

    return run_checks


def selected_checks(config: CheckSelection, known: dict[dg.AssetCheckKey, dg.PartitionsDefinition | None]) -> Batches:
    """The checks to evaluate, by their partitions. Raises SettingsError for an unknown name or partition."""
    if config.partition_end and not config.partition_start:
        raise SettingsError(
            f"partition_end is {config.partition_end}, partition_start is empty; expected the first partition as well, or neither"
        )
    named = {name: [k for k in known if name in (_name(k), k.asset_key.to_user_string())] for name in config.checks}
    if unknown := [name for name, keys in named.items() if not keys]:
        raise SettingsError(f"checks: there is no {unknown[0]}; expected a table, or table.check, as songplays.primary_key")
    found: Batches = defaultdict(set)
    for key in {k for keys in named.values() for k in keys} if named else known:
        partitions = known[key]
        if not config.partition_start or _has(partitions, [config.partition_start, config.partition_end or config.partition_start]):
            found[partitions].add(key)
        elif named and partitions:
            first = partitions.get_first_partition_key()
            raise SettingsError(
                f"{_name(key)} has no partition {config.partition_start} … {config.partition_end or config.partition_start}; "
                f"its first is {first}"
            )
    if not found:
        raise SettingsError(f"partition_start is {config.partition_start}; expected a day or a letter that a table has as its partition")
    return found


def _has(partitions: dg.PartitionsDefinition | None, keys: Iterable[str]) -> bool:
    return partitions is not None and all(partitions.has_partition_key(key) for key in keys)


def _tags(config: CheckSelection) -> dict[str, str]:
    if not config.partition_start:
        return {}
    return {RANGE_START: config.partition_start, RANGE_END: config.partition_end} if config.partition_end else {KEY: config.partition_start}


def _name(key: dg.AssetCheckKey) -> str:
    return f"{key.asset_key.to_user_string()}.{key.name}"
