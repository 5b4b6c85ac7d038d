"""Exceptions for users.  The text is the complete message: what was found, what was expected, the next step.

Put here exceptions that a user can act on.  Do not put here Dagster failures (orchestration/errors.py) or texts about system limits
(limits.py).
"""

from collections.abc import Sequence
from typing import Any


class SparkifyError(Exception):
    """A problem that the user can fix; shown as its text alone, never as a traceback."""

    is_retryable = False
    """whether the error may not occur at a later attempt (network, lock); never true for bad data"""


class ModelError(SparkifyError):
    """A table's folder contains something unusable; the text begins with the file (and line)."""


class LakeError(SparkifyError):
    """The lake cannot be listed or read, or has changed since it was listed."""


class LakeUnavailableError(LakeError):
    """The lake's disk or network does not respond."""

    is_retryable = True


class WarehouseError(SparkifyError):
    """The warehouse cannot be opened, or rejected an operation; nothing was changed."""


class WarehouseMissingError(WarehouseError):
    """The warehouse has no table of the platform yet."""


class WarehouseInUseError(WarehouseError):
    """Another process uses the warehouse, and the caller does not wait."""

    is_retryable = True


class WarehouseUnavailableError(WarehouseError):
    """The warehouse does not respond, or the connection was lost."""

    is_retryable = True


class WarehouseConflictError(WarehouseError):
    """Serialization conflict with a concurrent transaction; retrying succeeds."""

    is_retryable = True


class SettingsError(SparkifyError):
    """A setting has an unusable value; the text names the setting, what was found and what was expected."""


class RejectedRecordsError(WarehouseError):
    """A partition has more rejected records than SPARKIFY_MAX_REJECTED; none of it was loaded, and its earlier rows remain."""

    def __init__(self, text: str, rejects: Sequence[Any]) -> None:
        super().__init__(text)
        self.rejects = rejects
