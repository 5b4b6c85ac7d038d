"""How our errors reach a person through Dagster: as a Failure whose description is the message, never as a traceback first."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from sparkify_assets.errors import SparkifyError


@contextmanager
def told_plainly() -> Iterator[None]:
    """What a user can mend ends the step with its text; a retry would find the same."""
    try:
        yield
    except SparkifyError as e:
        raise dg.Failure(str(e), allow_retries=False) from None
