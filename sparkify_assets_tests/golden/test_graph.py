"""The code location as Dagster has it: assets with their checks, jobs, sensors, schedules and resources, drawn as text."""

from collections.abc import Iterable, Iterator
from typing import Any

import dagster as dg

from sparkify_assets.definitions import build_defs
from sparkify_assets.settings import Settings
from sparkify_assets_tests.golden.files import Golden


def test_the_code_location(golden: Golden) -> None:
    defs = build_defs(Settings())
    parts = [_assets(defs), _jobs(defs), _sensors(defs), _schedules(defs), _resources(defs)]
    golden("graph.txt", "\n".join(line for part in parts for line in part) + "\n")


def _assets(defs: dg.Definitions) -> Iterator[str]:
    graph = defs.resolve_asset_graph()
    for node in sorted((graph.get(key) for key in graph.get_all_asset_keys()), key=lambda n: (n.group_name, n.key)):
        yield f"asset {node.group_name}/{node.key.to_user_string()}"
        yield from _about(
            partitions=_partitions(node.partitions_def),
            reads=_listed(f"{p.to_user_string()}{_mapped(node.partition_mappings.get(p))}" for p in node.parent_keys),
            kinds=_listed(node.kinds),
            owners=_listed(node.owners),
            tags=_listed(f"{k}={v}" for k, v in node.tags.items() if not k.startswith("dagster/kind/")),
            automation=(node.automation_condition and (node.automation_condition.get_label() or str(node.automation_condition))) or "none",
            backfill="one run" if node.backfill_policy == dg.BackfillPolicy.single_run() else str(node.backfill_policy or "none"),
            retries=_retries(node.assets_def.op.retry_policy) if isinstance(node.assets_def.node_def, dg.OpDefinition) else "none",
            needs=_listed(node.assets_def.required_resource_keys),
        )
        for check in sorted((graph.get_check_spec(key) for key in node.check_keys), key=lambda spec: spec.name):
            costs = f"{check.metadata['severity']}, {'blocking' if check.blocking else 'not blocking'}"
            others = _listed(f"{d.asset_key.to_user_string()}{_mapped(d.partition_mapping)}" for d in check.additional_deps)
            own = "" if check.partitions_def == node.partitions_def else f"; partitions: {_partitions(check.partitions_def)}"
            yield f"    check {check.name} ({costs}{'' if others == 'nothing' else f'; reads {others}'}{own})"


def _jobs(defs: dg.Definitions) -> Iterator[str]:
    repository = defs.get_repository_def()
    for name in sorted(job.name for job in defs.jobs or []):
        job = repository.get_job(name)
        yield f"job {name}"
        assets = sorted(key.to_user_string() for key in job.asset_layer.executable_asset_keys)
        yield from _about(
            partitions=_partitions(job.partitions_def),
            assets=_listed(assets),
            steps=_listed(node.name for node in job.nodes if not assets),
            needs=_listed(job.required_resource_keys),
        )


def _sensors(defs: dg.Definitions) -> Iterator[str]:
    for sensor in sorted(defs.get_repository_def().sensor_defs, key=lambda s: s.name):
        yield f"sensor {sensor.name} ({type(sensor).__name__})"
        graph = defs.resolve_asset_graph()
        yield from _about(
            every=f"{sensor.minimum_interval_seconds} s",
            status_at_first=sensor.default_status.name.lower(),
            jobs=_listed(t.job_name for t in sensor.targets),
            assets=_listed(k.to_user_string() for k in sensor.asset_selection.resolve(graph)) if sensor.asset_selection else "nothing",
            needs=_listed(sensor.required_resource_keys),
        )


def _schedules(defs: dg.Definitions) -> Iterator[str]:
    schedules = defs.get_repository_def().schedule_defs
    if not schedules:
        yield "no schedules"
    for schedule in sorted(schedules, key=lambda s: s.name):
        yield f"schedule {schedule.name} ({schedule.cron_schedule}, {schedule.execution_timezone}): {schedule.job_name}"


def _resources(defs: dg.Definitions) -> Iterator[str]:
    for key, resource in sorted((defs.resources or {}).items()):
        assert isinstance(resource, dg.ConfigurableResource)
        yield f"resource {key} ({type(resource).__name__}): {_listed(type(resource).model_fields)}"


def _about(**said: str) -> Iterator[str]:
    return (f"    {name.replace('_', ' ')}: {text}" for name, text in said.items() if text not in ("nothing", "none"))


def _listed(words: Iterable[str]) -> str:
    return ", ".join(sorted(words)) or "nothing"


def _partitions(found: dg.PartitionsDefinition[Any] | None) -> str:
    """Of a fixed list the ends are enough."""
    if isinstance(found, dg.StaticPartitionsDefinition):
        keys = found.get_partition_keys()
        return f"{keys[0]} to {keys[-1]} ({len(keys)})"
    return str(found) if found else "none"


def _mapped(mapping: dg.PartitionMapping | None) -> str:
    return f" ({type(mapping).__name__})" if mapping is not None else ""  # one without fields is as empty as an empty tuple


def _retries(policy: dg.RetryPolicy | None) -> str:
    return f"{policy.max_retries}, {policy.delay} s apart, {policy.backoff.name if policy.backoff else 'constant'}" if policy else "none"
