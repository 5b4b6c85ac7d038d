"""Checks that are queries for the rows that break a promise: of a table's DDL, and of the claims in its checks/ folder."""

from collections.abc import Sequence
from typing import Any

import dagster as dg

from sparkify_assets.model import Catalog, Check, Table
from sparkify_assets.orchestration.checks.answers import Answer, Answers, one_by_one
from sparkify_assets.orchestration.checks.questions import Question, Scene
from sparkify_assets.orchestration.metadata import rows_as_table
from sparkify_assets.words import counted


def promises_of(table: Table, catalog: Catalog) -> list[Question]:
    return [_question(check, table) for check in catalog.checks[table.name]]


def _question(check: Check, table: Table) -> Question:
    def ask(scene: Scene, keys: Sequence[str] | None) -> Answers:
        return one_by_one(lambda some: _answer(scene, check, some), keys)

    stated = check.path.relative_to(table.folder.parent.parent).as_posix()
    return Question(check.name, check.description, check.severity, ask, check.reads, stated)


def _answer(scene: Scene, check: Check, keys: Sequence[str] | None) -> Answer:
    broken = scene.session.breaking(check, scene.table, keys)
    metadata: dict[str, Any] = {"failing_rows": broken.count, "query": dg.MetadataValue.md(f"```sql\n{broken.sql}\n```")}
    if broken.count:
        metadata["sample"] = rows_as_table(broken.columns, broken.sample)
    return Answer(
        passed=broken.count == 0,
        severity=check.severity,
        description=f"{counted(broken.count, 'failing row')}: {check.description}" if broken.count else None,
        metadata=metadata,
    )
