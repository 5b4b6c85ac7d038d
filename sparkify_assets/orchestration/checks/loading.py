"""Checks of how a staging table was loaded, which what follows waits for: no more rejected records than tolerated, and every record of
the files accounted for."""

from collections.abc import Mapping, Sequence

from sparkify_assets.orchestration.checks.answers import Answer, one_by_one
from sparkify_assets.orchestration.checks.questions import Question, Scene
from sparkify_assets.orchestration.metadata import rejects_as_table, rows_as_table
from sparkify_assets.orchestration.staging import REJECTS
from sparkify_assets.settings import Settings
from sparkify_assets.warehouse import History
from sparkify_assets.words import counted

ACCOUNTED = "records_accounted_for"
SHOWN = 10


def loading_checks(settings: Settings) -> list[Question]:
    tolerated = settings.max_rejected
    return [
        Question(
            REJECTS,
            f"No partition has more rejected records than SPARKIFY_MAX_REJECTED ({tolerated}); fewer are a warning.",
            "blocking",
            lambda scene, keys: one_by_one(lambda some: _rejects(scene, some, tolerated), keys),
        ),
        Question(
            ACCOUNTED,
            "Records in the files = rows + rejected records.",
            "blocking",
            lambda scene, keys: one_by_one(lambda some: _accounted(scene, some), keys),
        ),
    ]


def history_of(scene: Scene, keys: Sequence[str] | None) -> Mapping[str, History]:
    """What these partitions were loaded from; one without files is not among them."""
    wanted = None if keys is None else set(keys)
    return {k: h for k, h in scene.session.history(scene.table).items() if wanted is None or k in wanted}


def _rejects(scene: Scene, keys: Sequence[str] | None, tolerated: int) -> Answer:
    rejected = {k: h.rejected for k, h in history_of(scene, keys).items() if h.rejected}
    total = sum(rejected.values())
    if not total:
        return Answer(True, metadata={"rejected": 0})
    beyond = any(n > tolerated for n in rejected.values())
    return Answer(
        passed=False,
        severity="blocking" if beyond else "warning",  # some, but tolerated: that does not stop what follows
        description=f"{counted(total, 'rejected record')} in {', '.join(sorted(rejected)[:SHOWN])}; {tolerated} a partition tolerated",
        metadata={"rejected": total, "rejected_records": rejects_as_table(scene.session.rejects(scene.table, sorted(rejected)))},
    )


def _accounted(scene: Scene, keys: Sequence[str] | None) -> Answer:
    history = history_of(scene, keys)
    rows = scene.session.counts(scene.table, list(history))
    off = [(k, h.records, rows.get(k, 0), h.rejected) for k, h in history.items() if h.records != rows.get(k, 0) + h.rejected]
    return Answer(
        passed=not off,
        severity="blocking",
        description=f"{counted(len(off), 'partition')} not accounted for" if off else None,
        metadata={
            "records": sum(h.records for h in history.values()),
            "rows": sum(rows.values()),
            "rejected": sum(h.rejected for h in history.values()),
            **({"sample": rows_as_table(("partition", "records", "rows", "rejected"), off[:SHOWN])} if off else {}),
        },
    )
