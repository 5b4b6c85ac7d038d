"""``sparkify health``: whether the platform itself works, for cron, systemd, and the probes of Compose and Kubernetes.

It asks neither the lake nor the warehouse: those have `sparkify doctor`.

Put here option and output. Do not put here what is a fault (orchestration/platform_health.py).
"""

import time

import click

from sparkify_assets.cli.streams import say
from sparkify_assets.text import pluralized

DEFAULT_SILENCE = 600
"""As platform_health.SILENCE_SECONDS, which --help should not import Dagster for."""


@click.command()
@click.option(
    "--silence",
    type=click.IntRange(min=30),
    default=DEFAULT_SILENCE,
    show_default=True,
    metavar="SECONDS",
    help="How long a daemon may send no heartbeat, and a sensor not tick.",
)
def health(silence: int) -> None:
    """Say whether definitions load, daemons send heartbeats, sensors tick and the queue moves; exit with 1 and the reasons if not.

    Asks Dagster's database only, neither the lake nor the warehouse.
    """
    from sparkify_assets.cli.dagster_home import existing_home

    home = existing_home()
    from sparkify_assets.orchestration.history_prune import open_history
    from sparkify_assets.orchestration.platform_health import declared, definitions_fault, platform_faults
    from sparkify_assets.orchestration.platform_state import SENSOR, read_platform_state

    broken = _why_definitions_do_not_load()
    with open_history(home) as instance:
        state = read_platform_state(instance)
    if broken:
        faults = [definitions_fault(broken), *platform_faults(state, None, time.time(), silence=silence)]
    else:
        from sparkify_assets.definitions import defs

        faults = platform_faults(state, declared(defs), time.time(), silence=silence)
    if faults:
        for fault in faults:
            say(f"FAIL  {fault.title}: {' '.join(fault.text.split())}")
        raise click.ClickException(f"{len(faults)} wrong: {'; '.join(fault.title for fault in faults)}")
    sensors = sum(automation.kind == SENSOR for automation in state.automations)
    counts = [(len(state.heartbeats), "daemon"), (sensors, "sensor"), (state.queue.queued, "queued run")]
    beats = [beat for beat in state.heartbeats.values() if beat]
    oldest = f" (heartbeats at most {pluralized(int(time.time() - min(beats)), 'second')} old)" if beats else ""
    say(f"ok: {', '.join(pluralized(count, noun) for count, noun in counts)}{oldest}")


def _why_definitions_do_not_load() -> str | None:
    try:
        import sparkify_assets.definitions  # noqa: F401
    except Exception as e:  # whatever is wrong with code or settings is what is asked for
        return (str(e).strip() or type(e).__name__).partition("\n")[0].rstrip(".")
    return None
