"""Load errors of COPY: rows of SYS_LOAD_ERROR_DETAIL, which every kind of cluster has, or of the older STL_LOAD_ERRORS.

Put here how the records that COPY rejects are found.  Do not put here what is done with them (copy_loader.py).
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from sparkify_assets.errors import WarehouseError, WarehouseUnavailableError
from sparkify_assets.warehouse.redshift.connection import RedshiftConnection
from sparkify_assets.warehouse.redshift.errors import LoadErrorsDelayedError

NO_SESSION = -1
"""no session has this number"""
LOG_DELAY_SECONDS = 15.0
"""limit of the wait, inside the transaction, until the error tables show the errors of a COPY"""


@dataclass(frozen=True)
class CopyError:
    """A record that COPY has rejected."""

    url: str
    line: int
    """line of the file (1-based) in which the record ends"""
    column: str
    code: int
    reason: str


def has_sys_views(sql: RedshiftConnection) -> bool:
    """Whether SYS_LOAD_ERROR_DETAIL exists.  Only for use outside a transaction: a missing view would abort it."""
    try:
        sql.run_named("load_errors_sys", NO_SESSION)
    except WarehouseUnavailableError:
        raise
    except WarehouseError:
        return False
    return True


def copy_errors(sql: RedshiftConnection, sys_views: bool, urls: Sequence[str], expected: int) -> list[CopyError]:
    """The records of these files that COPY has rejected in this session, by an earlier attempt too.

    Raises LoadErrorsDelayedError if they are not ``expected`` many: their log may be written when the transaction has ended.
    """
    ((session,),) = sql.run_named("session_id")
    wanted, give_up = set(urls), time.monotonic() + LOG_DELAY_SECONDS
    while True:
        found = [CopyError(*row) for row in sql.run_named("load_errors_sys" if sys_views else "load_errors_stl", session)]
        mine = {(e.url, e.line): e for e in found if e.url in wanted}  # a record may have several errors
        if len(mine) == expected:
            return list(mine.values())
        if time.monotonic() > give_up:
            raise LoadErrorsDelayedError(
                f"{sql.target}: COPY read {expected:,} records less than were sent, and its error tables name {len(mine):,} of them yet; "
                "nothing was changed"
            )
        time.sleep(0.5)
