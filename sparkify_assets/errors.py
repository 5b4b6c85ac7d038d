"""The one error family a user meets.  Its text is the whole message: what was found, what was expected, the next step."""

from collections.abc import Sequence
from typing import Any


class SparkifyError(Exception):
    """A problem the user can mend; shown as its text alone, never as a traceback."""

    is_retryable = False
    """worth another try in a while (a network, a lock); bad data are not"""


class ModelError(SparkifyError):
    """A table's folder says something that cannot be used; the text begins with the file (and line)."""


class LakeError(SparkifyError):
    """The lake cannot be listed or read, or is not what it was when it was listed."""


class LakeUnavailableError(LakeError):
    """The lake's disk or network does not answer now."""

    is_retryable = True


class WarehouseError(SparkifyError):
    """The warehouse cannot be opened, or refused what it was asked to do; nothing was changed."""


class WarehouseInUseError(WarehouseError):
    """Another process has the warehouse, and whoever asked does not wait."""

    is_retryable = True


class WarehouseUnavailableError(WarehouseError):
    """The warehouse does not answer, or the connection is lost."""

    is_retryable = True


class WarehouseConflictError(WarehouseError):
    """Another transaction was quicker; the same work, done again, finds nobody in its way."""

    is_retryable = True


class SettingsError(SparkifyError):
    """A setting has a value that cannot be used; the text names the setting, what was found and what was expected."""


class RejectedRecordsError(WarehouseError):
    """A partition holds more rejected records than SPARKIFY_MAX_REJECTED; nothing of it was loaded, what was there stays."""

    def __init__(self, text: str, rejects: Sequence[Any]) -> None:
        super().__init__(text)
        self.rejects = rejects
