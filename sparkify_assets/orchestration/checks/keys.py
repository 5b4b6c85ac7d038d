"""The check that looks into the files of a staging table: whether keys came or went since source.toml was written."""

from collections.abc import Sequence
from typing import Any

from sparkify_assets.lake.keys import MOST_FILES, MOST_OF_A_FILE, MOST_RECORDS, KeysFound, look_at_keys, merged
from sparkify_assets.model import Table
from sparkify_assets.orchestration.checks.answers import Answer, Answers, together
from sparkify_assets.orchestration.checks.questions import Question, Scene
from sparkify_assets.orchestration.metadata import rows_as_table
from sparkify_assets.words import counted

SHOWN = 10


def keys_check(table: Table) -> Question:
    stated = f"{table.layer}/{table.name}/source.toml"
    return Question(
        "keys_as_declared",
        f"Records have the keys that {stated} declares, and no others.  Told from a sample, evenly spread: of a run at most {MOST_FILES} "
        f"files and {MOST_RECORDS:,} records, of a file at most {MOST_OF_A_FILE:,}.",
        "warning",
        _ask,
        stated_in=stated,
    )


def _ask(scene: Scene, keys: Sequence[str] | None) -> Answers:
    source = scene.table.source
    assert source is not None
    listed = scene.lake.inventory(source).partitions
    found = look_at_keys(scene.lake.lake, source, {k: listed.get(k, ()) for k in (keys if keys is not None else listed)})
    whole = _answer(merged(found.values()))
    return together(whole, {k: _answer(f) for k, f in found.items()} if keys is not None else {})


def _answer(found: KeysFound) -> Answer:
    odd = [(key, "not declared", o) for key, o in sorted(found.unknown.items())]
    odd += [(key, "declared, but missing", o) for key, o in sorted(found.missing.items())]
    metadata: dict[str, Any] = {"files": found.files, "records": found.records}
    if found.unread:
        metadata["files_not_read"] = "\n".join(found.unread[:SHOWN])
    if not odd:
        return Answer(True, metadata=metadata)
    rows = [(key, what, o.records, o.file) for key, what, o in odd[:SHOWN]]
    told = "; ".join(f"{key}: {what} in {counted(times, 'record')}, first in {file}" for key, what, times, file in rows)
    return Answer(
        passed=False,
        severity="warning",
        description=f"Of {counted(found.records, 'record')} looked at: {told}",
        metadata=metadata | {"sample": rows_as_table(("key", "what", "records", "first_file"), rows)},
    )
