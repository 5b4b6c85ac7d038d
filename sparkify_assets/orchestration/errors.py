"""How our errors reach a person through Dagster: as a Failure whose description is the message, never as a traceback first."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from sparkify_assets.errors import SparkifyError
from sparkify_assets.limits import limit_reached

RETRIES = dg.RetryPolicy(max_retries=3, delay=5, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS)
"""5, 15 and 35 s, more or less; only for what ``passes_by_itself``, and for what we did not foresee"""


@contextmanager
def user_errors_as_failures() -> Iterator[None]:
    """What a user can mend ends the step with its text, and is not tried again unless it may pass by itself."""
    try:
        yield
    except SparkifyError as e:
        raise dg.Failure(str(e), allow_retries=e.is_retryable) from None
    except Exception as e:
        if limit := limit_reached(e):
            raise dg.Failure(limit, allow_retries=False) from e
        raise
