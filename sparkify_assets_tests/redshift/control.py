"""Orders from outside the connections: databases and faults.  A line of JSON each way, on a port of loopback."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from sparkify_assets_tests.redshift.server import Server

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def control(server: Server) -> Handler:
    """A handler of the control port."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.CancelledError):  # the server ends
            while line := await reader.readline():
                answer = await _obey(server, json.loads(line))
                writer.write(json.dumps(answer).encode() + b"\n")
                await writer.drain()
        writer.close()

    return handle


async def _obey(server: Server, order: dict[str, Any]) -> Any:
    match order.pop("do_"):
        case "create":
            await server.create_database(**order)
        case "drop":
            await server.drop_database(**order)
        case "fault":
            server.faults.order(order)
        case "fired":
            return server.faults.fired
        case "calm":
            server.faults.clear()
    return None
