"""Imported first by the entry points (the command, Dagster's definitions): makes the garbage collector run seldom.

A process creates a million objects that live as long as it does: classes of Dagster and sqlglot, the definitions. At Python's thresholds
the collector goes through them again and again while they are created: 1.6 of the 3.4 s that importing the definitions takes, and 3 of the
18 s of a load of a month (2 cores, Python 3.11). Memory stays the same, since few objects are in reference cycles.

Put here what must happen before other imports. Do not put here settings or anything that a notebook should not get with `import
sparkify_assets`.
"""

import atexit
import gc

OBJECTS_BETWEEN_COLLECTIONS = 50_000
"""Python's default is 700."""

gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS, 20, 50)
atexit.register(gc.freeze)  # otherwise the interpreter collects everything again when it ends: 0.6 s
