"""Frames of PostgreSQL's protocol 3.0, which Redshift uses too: reading, writing, and the few fields that the proxy needs.

Put here the format of frames. Do not put here their order (session.py, relay.py).
"""

import asyncio
import struct
from collections.abc import Mapping

Frame = tuple[bytes, bytes]
"""Type and body."""

# Frontend
BIND, CLOSE, DESCRIBE, EXECUTE, FLUSH, PARSE, QUERY, SYNC, TERMINATE = b"B", b"C", b"D", b"E", b"H", b"P", b"Q", b"S", b"X"
PASSWORD, COPY_DATA, COPY_DONE, COPY_FAIL = b"p", b"d", b"c", b"f"
# Backend
AUTHENTICATION, KEY_DATA, BIND_COMPLETE, CLOSE_COMPLETE, COMMAND_COMPLETE = b"R", b"K", b"2", b"3", b"C"
COPY_IN, DATA_ROW, EMPTY_QUERY, ERROR, NO_DATA, NOTICE = b"G", b"D", b"I", b"E", b"n", b"N"
PARAMETER_DESCRIPTION, PARAMETER_STATUS, PARSE_COMPLETE, READY, ROW_DESCRIPTION = b"t", b"S", b"1", b"Z", b"T"
SUSPENDED = b"s"

IDLE, IN_TRANSACTION, FAILED = b"I", b"T", b"E"
"""The transaction status in ReadyForQuery."""


def frame(kind: bytes, body: bytes = b"") -> bytes:
    return kind + struct.pack("!i", len(body) + 4) + body


async def read_frame(reader: asyncio.StreamReader) -> Frame:
    head = await reader.readexactly(5)
    return head[:1], await reader.readexactly(int.from_bytes(head[1:], "big") - 4)


def fields(body: bytes) -> dict[str, str]:
    """The fields of an ErrorResponse or NoticeResponse: letter → text."""
    return {part[:1].decode(): part[1:].decode("utf-8", "replace") for part in body.split(b"\0") if part}


def from_fields(given: Mapping[str, str]) -> bytes:
    return b"".join(k.encode() + v.encode("utf-8", "replace") + b"\0" for k, v in given.items()) + b"\0"


def status(name: str, value: str) -> bytes:
    """A ParameterStatus."""
    return frame(PARAMETER_STATUS, f"{name}\0{value}\0".encode())


def row_values(body: bytes) -> list[str | None]:
    """The values of a DataRow in text format."""
    values: list[str | None] = []
    at = 2
    for _ in range(int.from_bytes(body[:2], "big")):
        size = int.from_bytes(body[at : at + 4], "big", signed=True)
        at += 4
        values.append(None if size < 0 else body[at : at + size].decode())
        at += max(size, 0)
    return values


def with_types(body: bytes, types: Mapping[int, int]) -> bytes:
    """The RowDescription with other type numbers."""
    told = bytearray(body)
    at = 2
    for _ in range(int.from_bytes(body[:2], "big")):
        at = body.index(b"\0", at) + 1 + 6
        number = int.from_bytes(body[at : at + 4], "big")
        told[at : at + 4] = types.get(number, number).to_bytes(4, "big")
        at += 12
    return bytes(told)


def startup_message(parameters: Mapping[str, str]) -> bytes:
    body = struct.pack("!i", 196608) + b"".join(f"{k}\0{v}\0".encode() for k, v in parameters.items()) + b"\0"
    return struct.pack("!i", len(body) + 4) + body
