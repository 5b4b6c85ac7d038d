"""The control port: tests create databases and order faults, with one line of JSON each way, on a port of loopback.

Put here the orders. Do not put here the effect of a fault (faults.py, deeds.py).
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from sparkify_assets_tests.emulators.redshift.faults import FaultBook
from sparkify_assets_tests.emulators.redshift.server import Server

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def control(server: Server) -> Handler:
    """The handler of the control port."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        faults = FaultBook()  # this client's
        with suppress(asyncio.CancelledError):  # the server ends
            while line := await reader.readline():
                answer = await _obey(server, faults, json.loads(line))
                writer.write(json.dumps(answer).encode() + b"\n")
                await writer.drain()
        writer.close()

    return handle


async def _obey(server: Server, faults: FaultBook, order: dict[str, Any]) -> Any:
    match order.pop("do_"):
        case "create":
            await server.create_database(**order, faults=faults)
        case "drop":
            await server.drop_database(**order)
        case "fault":
            faults.order(order)
        case "fired":
            return faults.fired
        case "calm":
            faults.clear()
    return None
