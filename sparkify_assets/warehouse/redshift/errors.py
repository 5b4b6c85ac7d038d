"""Maps the driver's exceptions to the errors of the platform.

The driver raises one class, ProgrammingError, for bad data, conflicts, missing rights and wrong SQL; only SQLSTATE and text distinguish
them.  Both are in a dict, the exception's only argument; errors that the driver itself detects have a text as argument.
"""

import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager

import redshift_connector

from sparkify_assets.errors import LakeError, LakeUnavailableError, WarehouseConflictError, WarehouseError, WarehouseUnavailableError
from sparkify_assets.warehouse.bulk_loader import FastPathRejected
from sparkify_assets.warehouse.query_result import LOAD_HINT
from sparkify_assets.warehouse.row_values import SHOWN, RowValues

CONNECTION_LOST = (redshift_connector.InterfaceError, redshift_connector.OperationalError, OSError)
"""without a dict as argument, these mean that the connection is lost"""
ENDED_BY_SERVER = {"57P01", "57P02", "57P03", "08000", "08003", "08006"}
"""SQLSTATEs of a server that shuts down or has closed the connection"""
NO_RIGHT, NO_TABLE, CANCELLED, WRONG_LOGIN, DEADLOCK, READ_ONLY = "42501", "42P01", "57014", "28000", "40P01", "25006"
EXISTS = {"42P06", "42P07", "42710", "23505"}
"""SQLSTATEs of a schema or table that exists; the last comes from PostgreSQL's catalogue where another transaction has just created it"""
WITHOUT_VALUES = ("0A", "3D", "3F", "42", "53", "54", "55", "58")
"""classes of SQLSTATEs whose texts name objects and limits; others, of bad data (22, 23) and Redshift's XX, may quote values of rows"""
READ_ONLY_TEXT = re.compile(r"transaction is read-only|read-only transaction")
"""a write after BEGIN READ ONLY: in Redshift's words (docs/design/redshift-facts.md), and in those of PostgreSQL"""


class StatementTimeoutError(WarehouseError):
    """A statement exceeded the session's timeout, or was cancelled."""


class ReadOnlyTransactionError(WarehouseError):
    """A READ ONLY transaction refused a statement: a write, or one of the reads for which Redshift writes."""


class AlreadyExistsError(WarehouseError):
    """A schema or table that was to be created exists."""


class LoadErrorsDelayedError(WarehouseError):
    """The error tables of COPY do not show yet which records it has rejected."""

    is_retryable = True


class CopyRejected(FastPathRejected):
    """COPY rejected records; its error tables name them."""


@contextmanager
def driver_errors(place: str, sql: str = "", row_values: RowValues = SHOWN) -> Iterator[None]:
    """Convert the driver's exceptions.  ``place``: the warehouse, for messages.  ``sql``: a user's statement, quoted in messages."""
    try:
        yield
    except (redshift_connector.Error, OSError) as e:
        error = map_driver_error(e, place, row_values)
        if sql and isinstance(error, WarehouseError):
            error.args = (f"{_error_position(e, sql)}{error}",)
        raise error from row_values.cause(e)
    except struct.error as e:
        if not str(e).startswith("unpack"):
            raise  # a parameter that cannot be packed: a defect
        # the driver raises this for a response that ends within a message
        raise WarehouseUnavailableError(f"{place}: the connection is lost in the middle of an answer; nothing was changed by halves") from e


def map_driver_error(error: BaseException, place: str, row_values: RowValues = SHOWN) -> Exception:
    """The error to raise for one of the driver's exceptions."""
    given = error.args[0] if error.args and isinstance(error.args[0], dict) else None
    if given is None:
        if isinstance(error, CONNECTION_LOST):
            return WarehouseUnavailableError(f"{place}: the connection is lost ({_first_line(str(error))}); nothing was changed by halves")
        return WarehouseError(f"{place}: {_first_line(str(error))}")
    code, message, detail = (str(given.get(key, "")).strip() for key in "CMD")
    low = f"{message} {detail}".lower()
    if code not in (NO_TABLE, NO_RIGHT) and ("stl_load_errors" in low or "sys_load_error_detail" in low):
        return CopyRejected(row_values.of_error(error, _first_line(message)))
    if message == "1023" or code == DEADLOCK or "serializable isolation violation" in low or "conflict with concurrent transaction" in low:
        return WarehouseConflictError(f"{place}: another transaction changed the same tables at the same time ({_first_line(message)})")
    if (
        "s3serviceexception" in low
        or "s3 prefix" in low
        or "manifest" in low
        or "get credentials of role" in low
        or "assume iam role" in low
    ):
        return _s3_error(message, detail, low)
    if code in ENDED_BY_SERVER:
        return WarehouseUnavailableError(f"{place}: the server ended the connection ({_first_line(message)})")
    if code == CANCELLED:
        return StatementTimeoutError(
            f"{place}: a statement took longer than SPARKIFY_REDSHIFT_STATEMENT_TIMEOUT allows, or somebody cancelled it "
            f"({_first_line(message)}); it was undone"
        )
    if code == NO_RIGHT or "permission denied" in low:
        return WarehouseError(
            f"{place}: {_first_line(message)}; grant it to the user of SPARKIFY_REDSHIFT_USER (docs/redshift.md lists what)"
        )
    if code == READ_ONLY or READ_ONLY_TEXT.search(low):
        return ReadOnlyTransactionError(f"{place}: {_first_line(message)}")
    if code in EXISTS:
        return AlreadyExistsError(f"{place}: {_first_line(message)}")
    if code == NO_TABLE:
        return WarehouseError(f"{place}: {_first_line(message)}{LOAD_HINT}")
    text = _first_line(message) if code[:2] in WITHOUT_VALUES else row_values.of_error(error, _first_line(message), "the statement failed")
    return WarehouseError(f"{place}: {text}{f' ({code})' if code else ''}")


def _error_position(error: BaseException, sql: str) -> str:
    """The line of the SQL that an error is about, with a mark below the position, and the server's hint; formatted as in psql."""
    given = error.args[0] if error.args and isinstance(error.args[0], dict) else {}
    told = f"HINT:  {given['H']}\n" if given.get("H") else ""
    if not (place := str(given.get("P", ""))).isdigit() or not 0 < int(place) <= len(sql) + 1:
        return told
    before = sql[: int(place) - 1].split("\n")
    head = f"LINE {len(before)}: "
    line = sql.split("\n")[len(before) - 1].replace("\t", " ")
    return f"{head}{line}\n{' ' * (len(head) + len(before[-1]))}^\n{told}"


def _s3_error(message: str, detail: str, low: str) -> Exception:
    """The error for a COPY that could not read S3; CanRetry 1 also marks errors that no retry fixes (docs/design/redshift-facts.md)."""
    found = _first_line(message)
    if (of := re.search(r"s3://\S+", detail)) and of[0] not in found:  # the detail's context names the object
        found = f"{of[0]}: {found}"
    if "role" in low and "s3serviceexception" not in low:
        return LakeError(f"COPY cannot read the lake: {found}; attach the role of SPARKIFY_REDSHIFT_IAM_ROLE to the cluster")
    if "accessdenied" in low.replace(" ", "") or "status 403" in low:
        return LakeError(f"COPY cannot read the lake: {found}; let the role of SPARKIFY_REDSHIFT_IAM_ROLE get objects and list the bucket")
    if "canretry 1" in low and "status 404" not in low and "endpoint" not in low:
        return LakeUnavailableError(f"COPY cannot read the lake now: {found}")
    return LakeError(f"COPY cannot read the lake: {found}; list the lake again (run the load again)")


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0][:500] if text.strip() else "no reason given"
