"""``sparkify metrics``: metrics for Prometheus, printed once or served at /metrics.

Put here options and how they are served. Do not put here what is measured (orchestration/metrics.py).
"""

import re
import threading
from typing import Any

import click

from sparkify_assets.cli.streams import say, warn
from sparkify_assets.limits import reason_of

EXPECTED = "expected an address and a port, as 127.0.0.1:9108"


class Address(click.ParamType):
    """As 127.0.0.1:9108."""

    name = "address"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, int]:
        found = re.fullmatch(r"([^\s:]+|\[[0-9a-fA-F:.]+\]):(\d{1,5})", value)
        if not found or int(found[2]) > 65_535:
            self.fail(f"{value!r}; {EXPECTED}", param, ctx)
        return found[1].strip("[]"), int(found[2])


@click.command()
@click.option("--listen", type=Address(), metavar="ADDRESS:PORT", help="Serve them at http://ADDRESS:PORT/metrics until Ctrl-C.")
def metrics(listen: tuple[str, int] | None) -> None:
    """Print metrics of runs, sensors, daemons, incidents and tables in Prometheus' text format.

    They are read from Dagster's database, never from the warehouse.
    """
    from sparkify_assets.cli.dagster_home import existing_home

    home = existing_home()
    from sparkify_assets.model import load_catalog
    from sparkify_assets.orchestration.history_prune import open_history
    from sparkify_assets.orchestration.metrics import metrics_registry, metrics_text

    catalog = load_catalog()
    with open_history(home) as instance:
        if listen is None:
            say(metrics_text(instance, catalog).rstrip("\n"))
            return
        from prometheus_client import start_http_server

        address, port = listen
        try:
            server, thread = start_http_server(port, address, metrics_registry(instance, catalog))
        except OSError as e:
            raise click.ClickException(f"--listen is {address}:{port}; {EXPECTED}, that is free: {reason_of(e)}") from None
        host = f"[{address}]" if ":" in address else address
        warn(f"metrics at http://{host}:{server.server_port}/metrics, until Ctrl-C")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            server.shutdown()
            thread.join()
