"""Conversion of our errors to `dagster.Failure`, whose description is the message, so that a user does not see a traceback first.

Put here how an error ends a step and whether Dagster retries it. Do not put here error classes (sparkify_assets/errors.py).
"""

from collections.abc import Iterator, Mapping
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
    except Exception as e:
        if isinstance(e, SparkifyError):
            raise dg.Failure(failure_reason(e), allow_retries=may_be_retried(e)) from None
        if limit_reached(e):
            raise dg.Failure(failure_reason(e), allow_retries=may_be_retried(e)) from e
        raise


def reasons_in(failure: dg.DagsterEvent, label: str) -> Mapping[str, str]:
    """What a failed step's metadata holds under a label: partition or table → why it failed; empty if it holds nothing there."""
    words = failure.step_failure_data.user_failure_data
    found = words.metadata.get(label) if words and words.metadata else None
    return {name: str(why) for name, why in found.value.items()} if found is not None and isinstance(found.value, dict) else {}


def failure_reason(error: Exception) -> str:
    """The message for a user; with the class of an error that we did not foresee."""
    return str(error) if isinstance(error, SparkifyError) else limit_reached(error) or f"{type(error).__name__}: {error}"


def may_be_retried(error: Exception) -> bool:
    """Whether Dagster tries the step again: for retryable errors and those that we did not foresee."""
    return error.is_retryable if isinstance(error, SparkifyError) else limit_reached(error) is None
