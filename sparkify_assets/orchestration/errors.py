"""Conversion of our errors to `dagster.Failure`, whose description is the message, so that a user does not see a traceback first.

Put here how an error ends a step and whether Dagster retries it. Do not put here error classes (sparkify_assets/errors.py).
"""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from sparkify_assets.errors import SparkifyError
from sparkify_assets.limits import limit_reached

RETRIES = dg.RetryPolicy(max_retries=3, delay=5, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS)
"""After about 5, 15 and 35 s; only for retryable errors (``is_retryable``) and for errors that we did not foresee."""


@contextmanager
def user_errors_as_failures() -> Iterator[None]:
    """Convert user-facing errors and operating-system limits to `dagster.Failure`; only retryable errors are retried."""
    try:
        yield
    except SparkifyError as e:
        raise dg.Failure(str(e), allow_retries=e.is_retryable) from None
    except Exception as e:
        if limit := limit_reached(e):
            raise dg.Failure(limit, allow_retries=False) from e
        raise
