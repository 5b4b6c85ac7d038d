"""How the values of a person's query come over the wire: to the last digit, where the driver's own way would change them.

The driver makes a month that is infinite the year 9999, a date before 1582 another, drops the zone of a time, and reads bytes as text.
So the server is asked for its own text of all but the types that Python holds.
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
"""the format to ask for, and what reads a value: from the message, where in it, how many bytes"""
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
    """Statements inside are answered so."""
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
    """The shortest text that gives the same number of four bytes."""
    (value,) = struct.unpack_from("!f", data, at)
    texts = (f"{value:.{digits}g}" for digits in range(6, 10))
    return str(float(next((t for t in texts if value != value or struct.pack("!f", float(t)) == struct.pack("!f", value)), "nan")))


def _interval(data: bytes, at: int, length: int) -> Interval:
    """Microseconds and months (12 bytes: Redshift), or with days between them (16: PostgreSQL)."""
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
