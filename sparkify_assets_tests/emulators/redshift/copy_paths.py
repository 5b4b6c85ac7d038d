"""A record's values in the order of the columns: by its keys, or by the paths of a jsonpaths file (docs/design/redshift-facts.md).

Put here the selection of values. Do not put here their conversion (copy_values.py).
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from sparkify_assets_tests.emulators.redshift.copy_plain import Target, Unfit

STEP = re.compile(r"\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]|\[\"((?:[^\"\\]|\\.)*)\"\]|\.([^.\[\]]+)")
Values = Callable[[Any], Sequence[Any]]
"""Record → its values, in the order of the columns. Raises Unfit for a record that has none."""


def values_of(targets: Sequence[Target], json_option: str, paths: Sequence[str] | None) -> Values:
    """The function for a COPY. ``paths`` is None without a jsonpaths file. Raises Unfit for an invalid path."""
    names = [t.name for t in targets]
    if paths is not None:
        steps = [_steps(path) for path in paths]
        keys = [s[0] for s in steps if len(s) == 1 and isinstance(s[0], str)]
        if len(keys) == len(steps):  # the usual case, and by far the fastest
            return lambda record: list(map(record.get, keys)) if type(record) is dict else [_follow(record, s) for s in steps]
        return lambda record: [_follow(record, s) for s in steps]
    if json_option == "noshred":
        return lambda record: [record]
    lower = json_option == "auto ignorecase"

    def by_name(record: Any) -> Sequence[Any]:
        if not isinstance(record, dict):
            raise Unfit(1216, "Invalid JSONPath format: Member is not an object.")
        return list(map(({k.lower(): v for k, v in record.items()} if lower else record).get, names))

    return by_name


def _steps(path: str) -> list[str | int]:
    """Parse a path. Raises Unfit if it is invalid; mixed notations are accepted."""
    at = 1 if path.startswith("$") else 0
    steps: list[str | int] = []
    while at and at < len(path):
        step = STEP.match(path, at)
        if step is None:
            break
        steps.append(int(step[1]) if step[1] is not None else re.sub(r"\\(.)", r"\1", next(s for s in step.groups()[1:] if s is not None)))
        at = step.end()
    if not steps or at < len(path):
        raise Unfit(1216, f"Invalid JSONPath format: {path}")
    return steps


def _follow(value: Any, steps: Sequence[str | int]) -> Any:
    for step in steps:
        if isinstance(step, int):
            if not isinstance(value, list) or step >= len(value):
                raise Unfit(1216, "Invalid JSONPath format: Not an array or index out of range.")
            value = value[step]
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value
