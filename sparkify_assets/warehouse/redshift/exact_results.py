"""Wire formats by which values of users' queries arrive exact to the last digit.

The driver's own formats turn infinity into a date in the year 9999, change dates before 1582, drop the zone of a time, and read bytes as
text.  So all types except those that Python represents exactly are requested as the server's text.
"""

import struct
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import redshift_connector
from redshift_connector.config import FC_BINARY, FC_TEXT
from redshift_connector.interval import Interval, IntervalDayToSecond, IntervalYearToMonth
from redshift_connector.utils.oids import RedshiftOID

Reader = tuple[int, Callable[[bytes, int, int], object]]
"""the format to request, and the function that parses a value: message, offset, length → value"""
AS_THE_DRIVER = (
    RedshiftOID.BOOLEAN,
    RedshiftOID.SMALLINT,
    RedshiftOID.INTEGER,
    RedshiftOID.BIGINT,
    RedshiftOID.FLOAT,
    RedshiftOID.NUMERIC,
)


@contextmanager
def exact_values(connection: redshift_connector.Connection) -> Iterator[None]:
    """Statements that run in this context return exact values."""
    before = connection.redshift_types
    connection.redshift_types = defaultdict(lambda: (FC_TEXT, _text), {oid: before[oid] for oid in AS_THE_DRIVER} | READERS)
    try:
        yield
    finally:
        connection.redshift_types = before


def _text(data: bytes, at: int, length: int) -> str:
    return str(data[at : at + length], "utf-8")


def _bytes(data: bytes, at: int, length: int) -> bytes:
    return bytes.fromhex(_text(data, at, length))


def _real(data: bytes, at: int, length: int) -> str:
    """The shortest text that parses to the same 4-byte float."""
    (value,) = struct.unpack_from("!f", data, at)
    texts = (f"{value:.{digits}g}" for digits in range(6, 10))
    return str(float(next((t for t in texts if value != value or struct.pack("!f", float(t)) == struct.pack("!f", value)), "nan")))


def _interval(data: bytes, at: int, length: int) -> Interval:
    """Parse microseconds and months (12 bytes: Redshift), or microseconds, days and months (16 bytes: PostgreSQL)."""
    micros, *rest = struct.unpack_from("!qii" if length == 16 else "!qi", data, at)
    return Interval(micros, rest[0] if length == 16 else 0, rest[-1])


def _months(data: bytes, at: int, length: int) -> Interval:
    return IntervalYearToMonth(struct.unpack_from("!i", data, at)[0])


def _micros(data: bytes, at: int, length: int) -> Interval:
    return IntervalDayToSecond(struct.unpack_from("!q", data, at)[0])


READERS: dict[int, Reader] = {
    RedshiftOID.REAL: (FC_BINARY, _real),
    RedshiftOID.INTERVAL: (FC_BINARY, _interval),
    RedshiftOID.INTERVALY2M: (FC_BINARY, _months),
    RedshiftOID.INTERVALD2S: (FC_BINARY, _micros),
    RedshiftOID.VARBYTE: (FC_TEXT, _bytes),
}
