"""Ticks of the sensors that watch the lake, timed in a process that has everything imported, as the code server has.

python -m bench.tick            on the lake, warehouse and history that the settings name; prints JSON
python -m bench.tick backlog    the runs that the days ask for, executed
"""

import json
import sys
import time

import dagster as dg

from sparkify_assets.definitions import defs

WATCHING = ("song_files", "log_files")


def tick(instance: dg.DagsterInstance, name: str, cursor: str | None) -> tuple[float, str | None, list[dg.RunRequest]]:
    """Seconds, the new cursor, the runs it asks for."""
    repository = defs.get_repository_def()
    begun = time.perf_counter()
    with dg.build_sensor_context(instance, cursor, repository_def=repository, resources={"lake": defs.resources["lake"]}) as context:
        found = repository.get_sensor_def(name).evaluate_tick(context)
    return time.perf_counter() - begun, found.cursor, list(found.run_requests or [])


def ticks(instance: dg.DagsterInstance) -> dict[str, float]:
    seconds = {}
    for name in WATCHING:
        tick(instance, name, None)  # what is made once a process is not the tick's
        seconds[f"{name}, without a cursor"], cursor, _ = tick(instance, name, None)
        seconds[f"{name}, nothing new"], _, _ = tick(instance, name, cursor)
    return seconds


def backlog(instance: dg.DagsterInstance) -> dict[str, float]:
    begun = time.perf_counter()
    _, _, requests = tick(instance, "log_files", None)
    job = defs.resolve_job_def("load_log_files")
    for request in requests:
        job.execute_in_process(instance=instance, tags=request.tags)
    return {"runs": len(requests), "seconds": time.perf_counter() - begun}


if __name__ == "__main__":
    with dg.DagsterInstance.get() as here:
        print("\n" + json.dumps(backlog(here) if "backlog" in sys.argv else ticks(here)))
