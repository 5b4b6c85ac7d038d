"""What COPY says of the records that it refused: SYS_LOAD_ERROR_DETAIL, which every kind of cluster has, or the older STL_LOAD_ERRORS."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sparkify_assets.errors import WarehouseError

if TYPE_CHECKING:
    from sparkify_assets.warehouse.redshift.session import RedshiftSession

LOG_DELAY_SECONDS = 30.0
"""seconds for the log to show what COPY wrote to it"""


@dataclass(frozen=True)
class CopyError:
    """A record that COPY refused."""

    url: str
    line: int
    """of the file, from 1, where the record ends"""
    column: str
    code: int
    reason: str


def copy_errors(session: "RedshiftSession", urls: Sequence[str], expected: int) -> list[CopyError]:
    """The records of these files that this session's COPY refused, as many as are expected.  Raises WarehouseError."""
    wanted, give_up = set(urls), time.monotonic() + LOG_DELAY_SECONDS
    while True:
        found = [CopyError(*row) for row in session.run_named("load_errors_sys" if session.has_sys_views else "load_errors_stl")]
        mine = {(e.url, e.line): e for e in found if e.url in wanted}  # a record may have several errors
        if len(mine) == expected:
            return list(mine.values())
        if time.monotonic() > give_up:
            raise WarehouseError(
                f"{session.target}: COPY read {expected:,} records less than were sent, and its error tables name {len(mine):,}; "
                "nothing was changed"
            )
        time.sleep(0.5)
