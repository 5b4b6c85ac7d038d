"""The beginning of a connection: TLS, start-up message, authentication (docs/design/redshift-facts.md), and the client's backend.

Put here what happens before the first statement. Do not put here statements (session.py).
"""

import asyncio
import hashlib
import os
import ssl
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from sparkify_assets_tests.emulators.redshift.backend import Backend, BackendError
from sparkify_assets_tests.emulators.redshift.errors import ServerError
from sparkify_assets_tests.emulators.redshift.wire import AUTHENTICATION, PASSWORD, frame, read_frame

SSL, GSS, CANCEL, VERSION_3 = 80877103, 80877104, 80877102, 196608
PASSED_ON = ("application_name", "client_encoding", "datestyle", "timezone", "options")
"""Parameters that are forwarded; PostgreSQL rejects the others that Redshift's driver sends."""


@dataclass(frozen=True)
class Cancel:
    """A client that only requests the cancellation of another's statement."""

    key: bytes


async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, tls: ssl.SSLContext) -> dict[str, str] | Cancel:
    """The start-up message's parameters, over TLS. Raises ServerError for a client without TLS."""
    secure = False
    while True:
        size = int.from_bytes(await reader.readexactly(4), "big")
        body = await reader.readexactly(size - 4)
        code = int.from_bytes(body[:4], "big")
        if code == SSL:
            writer.write(b"S")
            await writer.drain()
            await writer.start_tls(tls)
            secure = True
        elif code == GSS:
            writer.write(b"N")
        elif code == CANCEL:
            return Cancel(body[4:])
        elif code == VERSION_3:
            parts = body[4:].decode().split("\0")
            given = dict(zip(parts[::2], parts[1::2], strict=False))
            if not secure:
                who = f'host "127.0.0.1", user "{given.get("user")}", database "{given.get("database")}"'
                raise ServerError(f"no pg_hba.conf entry for {who}, SSL off", "28000")
            return given
        else:
            raise ServerError("unsupported frontend protocol", "08P01")


async def authenticate(
    given: dict[str, str], reader: asyncio.StreamReader, writer: asyncio.StreamWriter, stored: Callable[[str], Awaitable[str | None]]
) -> str:
    """Check the password (MD5, as Redshift requests it); returns the role to run as. Raises ServerError 28000.

    ``stored(role)`` returns a role's stored password: "md5…", "" for none, None if there is no such role. ``IAM:name`` is a log-in with
    temporary credentials, which only AWS can verify: any password is accepted.
    """
    user = given.get("user", "")
    salt = os.urandom(4)
    writer.write(frame(AUTHENTICATION, struct.pack("!i", 5) + salt))
    await writer.drain()
    kind, body = await read_frame(reader)
    answer = body.rstrip(b"\0").decode() if kind == PASSWORD else ""
    role = user.removeprefix("IAM:").removeprefix("IAMA:").lower()
    kept = await stored(role)
    right = kept is not None and answer == "md5" + hashlib.md5(kept.removeprefix("md5").encode() + salt).hexdigest()
    if kept is None or role == "postgres" or (role == user.lower() and not right):
        raise ServerError(f'password authentication failed for user "{user}"', "28000")
    return role


async def open_backend(socket: Path, role: str, given: dict[str, str]) -> Backend:
    """A backend for the client. Raises ServerError with PostgreSQL's refusal."""
    passed = {name: given[name] for name in PASSED_ON if name in given}
    try:
        return await Backend.connect(socket, role, given.get("database", role), **passed)
    except BackendError as e:
        raise ServerError(str(e), "3D000" if "does not exist" in str(e) else "28000") from e
