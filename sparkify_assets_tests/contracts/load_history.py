"""One random history of a platform as in production: files that come and go, loads, runs of the UI, runs that die, sensor ticks.

A seed determines all of it, so that a history is reproduced by its number.

Put here what may happen. Do not put here what must hold (test_convergence_of_loads.py).
"""

import random
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from sparkify_assets.definitions import build_defs
from sparkify_assets.errors import LakeError, WarehouseError
from sparkify_assets.model import load_catalog
from sparkify_assets.orchestration.load_plan import partition_groups
from sparkify_assets.orchestration.load_summary import LoadSummary
from sparkify_assets.orchestration.orphaned_runs import PID
from sparkify_assets.orchestration.partitions import RANGE_END, RANGE_START
from sparkify_assets.orchestration.runner import LoadRunner
from sparkify_assets.settings import Settings
from sparkify_assets.warehouse import Session
from sparkify_assets.warehouse.duckdb import DuckDBWarehouse
from sparkify_assets_tests.contracts.tiny_lake import (
    DAYS,
    EVENT_VALUES,
    PARTITIONS,
    PREFIXES,
    QUIET,
    SONG_VALUES,
    File,
    Files,
    Slot,
    is_refused,
    key_of,
)
from sparkify_assets_tests.orchestration.conftest import new_platform
from sparkify_assets_tests.support import LakeDirectory, Record, event, song

TOLERANCES = (0, 1)
BROKEN_IN_FILES = (0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2)
"""Few, because a rejected partition has no effect on the tables."""
SENSORS = ("log_files", "song_files", "pending_refreshes")
MOST_STATEMENTS = 300
"""Of a run that dies; most full loads of so small a lake have more."""


class Killed(BaseException):
    """The process ends here. This is not an Exception, so that Dagster cannot report the run as failed."""


class MortalWarehouse(DuckDBWarehouse):
    """A warehouse whose sessions together execute ``statements`` statements; each further one raises ``death``."""

    def __init__(self, path: Path, statements: int, death: BaseException) -> None:
        super().__init__(path, load_catalog(), pytest.fail)
        self._left, self._death = statements, death

    @contextmanager
    def session(self, query_tag: str = "") -> Iterator[Session]:
        with super().session(query_tag) as session:
            execute = session.sql.execute

            def counted(sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
                self._left -= 1
                if self._left < 0:
                    raise self._death
                return execute(sql, parameters)

            session.sql.execute = counted
            yield session


class LoadHistory:
    """A lake, a warehouse and a Dagster instance, and random operations on them."""

    def __init__(self, number: int, folder: Path) -> None:
        self.rng = random.Random(number)
        self.is_checked = number % 5 == 4
        """Its runs evaluate the checks too, as in production, which may stop a run; this takes three times as long."""
        self.folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        self.lake = LakeDirectory(folder / "lake")
        self.tolerated = 0
        self.delivered: dict[tuple[str, str], Files] = defaultdict(dict)
        """By staging table and partition."""
        self.versions: dict[tuple[str, str], list[Files]] = defaultdict(lambda: [{}])
        """All versions of a partition, latest last."""
        self.steps: list[str] = []
        self._instances = ExitStack()
        self.instance: dg.DagsterInstance
        self.cursors: dict[str, str | None] = {}
        self.lose_the_history()
        for name, partition in QUIET.items():
            self.put((name, partition, "a"), File([]))

    # what happens

    def live(self, acts: int) -> None:
        """Deliver some files, then run ``acts`` operations of the platform, with changes of the lake before each."""
        for table, partitions in PARTITIONS.items():
            for partition in partitions:
                self.put((table, partition, "a"), self.some_file(table))
        for _ in range(acts):
            for _ in range(self.rng.randint(0, 3)):
                self.change_the_lake()
            self.act()
        for _ in range(self.rng.randint(0, 2)):
            self.change_the_lake()
        self.tolerated = self.rng.choice(TOLERANCES)
        for table, partition in sorted(self.refused()):
            if self.rng.random() < 0.7:
                self.mend(table, partition)

    def change_the_lake(self) -> None:
        change = self.rng.choice([self.deliver, self.deliver, self.deliver_a_late_song, self.correct, self.copy, self.take_away])
        change()

    def act(self) -> None:
        weights = {
            self.load: 2,
            self.load_some_days: 1,
            self.materialize: 3,
            self.die_in_a_load: 2,
            self.die_in_a_run: 1,
            self.tick: 3,
            self.lose_the_history: 1,
            self.change_the_tolerance: 1,
        }
        (chosen,) = self.rng.choices(list(weights), list(weights.values()))
        chosen()

    def say(self, *words: object) -> None:
        self.steps.append(" ".join(str(word) for word in words))

    def close(self) -> None:
        self._instances.close()

    # the lake

    def put(self, slot: Slot, file: File) -> None:
        self.say("deliver", key_of(slot), f"{len(file.records)} records, {file.broken} broken")
        table, partition, name = slot
        self.delivered[table, partition][name] = file
        self.lake.raw(key_of(slot), file.content)
        self.versions[table, partition].append(dict(self.delivered[table, partition]))

    def some_slot(self) -> Slot:
        table = self.rng.choice(sorted(PARTITIONS))
        return table, self.rng.choice(PARTITIONS[table]), self.rng.choice("ab")

    def some_record(self, table: str) -> Record:
        if table == "staging_songs":
            return song(**{key: self.rng.choice(values) for key, values in SONG_VALUES.items()})
        return event(**{key: self.rng.choice(values) for key, values in EVENT_VALUES.items()})

    def some_file(self, table: str) -> File:
        return File([self.some_record(table) for _ in range(self.rng.randint(0, 9))], self.rng.choice(BROKEN_IN_FILES))

    def deliver(self) -> None:
        slot = self.some_slot()
        self.put(slot, self.some_file(slot[0]))

    def existing(self) -> Slot | None:
        found = [(t, p, name) for (t, p), files in self.delivered.items() if p != QUIET[t] for name in files]
        return self.rng.choice(sorted(found)) if found else None

    def deliver_a_late_song(self) -> None:
        """A song that matches a play delivered earlier."""
        plays = [r for (t, _), files in self.delivered.items() if t == "staging_events" for file in files.values() for r in file.records]
        if plays:
            play = self.rng.choice(plays)
            names = {"title": play["song"], "artist_name": play["artist"]}
            self.put(("staging_songs", self.rng.choice(PREFIXES), "b"), File([self.some_record("staging_songs") | names]))

    def correct(self) -> None:
        """Change one field of one record. A file without valid records loses its invalid ones."""
        if slot := self.existing():
            file = self.delivered[slot[0], slot[1]][slot[2]]
            records = list(file.records)
            if records:
                n, other = self.rng.randrange(len(records)), self.some_record(slot[0])
                field = self.rng.choice(sorted(other))
                records[n] = records[n] | {field: other[field]}
            self.put(slot, File(records, file.broken if records else 0))

    def mend(self, table: str, partition: str) -> None:
        for name, file in list(self.delivered[table, partition].items()):
            self.put((table, partition, name), File(file.records))

    def copy(self) -> None:
        """Copy a file beside itself or to another partition: the same records twice."""
        if slot := self.existing():
            file = self.delivered[slot[0], slot[1]][slot[2]]
            self.put((slot[0], self.rng.choice(PARTITIONS[slot[0]]), "b"), file)

    def take_away(self) -> None:
        if slot := self.existing():
            self.say("delete", key_of(slot))
            files = self.delivered[slot[0], slot[1]]
            del files[slot[2]]
            self.lake.remove(key_of(slot))
            self.versions[slot[0], slot[1]].append(dict(files))

    # the platform

    @property
    def settings(self) -> Settings:
        return settings_of(self.folder, self.tolerated)

    @property
    def defs(self) -> dg.Definitions:
        return defs_of(self.folder, self.tolerated, self.is_checked)

    @property
    def warehouse(self) -> DuckDBWarehouse:
        return DuckDBWarehouse(self.settings.duckdb_path, load_catalog(), on_wait=pytest.fail)

    def change_the_tolerance(self) -> None:
        self.tolerated = self.rng.choice(TOLERANCES)
        self.say("tolerance", self.tolerated)

    def lose_the_history(self) -> None:
        """Continue with the same warehouse and an empty Dagster instance."""
        self.say("an empty Dagster instance")
        self._instances.close()
        self.instance = self._instances.enter_context(new_platform()).instance
        self.cursors.clear()

    def load(self) -> None:
        again = self.rng.random() < 0.2
        self.say("load", "again" if again else "")
        self.run_loader(again=again)

    def load_some_days(self) -> None:
        first, last = sorted(self.rng.choices(DAYS, k=2))
        self.say("load", first, last)
        self.run_loader(date.fromisoformat(first), date.fromisoformat(last))

    def run_loader(
        self, first: date | None = None, last: date | None = None, again: bool = False, warehouse: DuckDBWarehouse | None = None
    ) -> LoadSummary:
        return LoadRunner(self.defs, load_catalog(), self.settings, warehouse or self.warehouse, self.instance).run(first, last, again)

    def materialize(self, warehouse: DuckDBWarehouse | None = None) -> None:
        """Materialize some assets, as the UI does: a group's for a partition or a range, or those without partitions."""
        catalog = load_catalog()
        group = self.rng.choice([*partition_groups(catalog, self.settings), None])
        if group is None or group.staging.source is None:
            every, tags = [*catalog.lookups, *catalog.unpartitioned], {}
            every = self.rng.sample(every, 3)
        else:
            first, last = sorted(self.rng.choices(PARTITIONS[group.staging.name], k=2))
            tags = {RANGE_START: first, RANGE_END: last}
            every = [group.staging.source.asset, *(t.name for t in group.tables)]
        assets = every if self.rng.random() < 0.3 else [a for a in every if self.rng.random() < 0.5] or every[1:2]
        self.say("materialize", *assets, *tags.values())
        self.execute(self.defs.resolve_implicit_global_asset_job_def(), assets, tags, warehouse)

    def execute(
        self, job: dg.JobDefinition, assets: Sequence[str] | None, tags: dict[str, str], warehouse: DuckDBWarehouse | None = None
    ) -> None:
        chosen = job.get_subset(asset_selection={dg.AssetKey(a) for a in assets}) if assets else job
        chosen.execute_in_process(
            instance=self.instance,
            tags=tags,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            raise_on_error=False,
            resources={"warehouse": warehouse} if warehouse else None,
        )

    def die_in_a_load(self) -> None:
        self.say("load, and")
        with self.dying() as warehouse:
            self.run_loader(warehouse=warehouse)

    def die_in_a_run(self) -> None:
        with self.dying() as warehouse:
            self.materialize(warehouse)

    @contextmanager
    def dying(self) -> Iterator[MortalWarehouse]:
        """The warehouse fails, which is reported; or the process is killed, which Dagster detects only when something checks."""
        statements, is_killed = self.rng.randrange(MOST_STATEMENTS), self.rng.random() < 0.6
        self.say("   ", "is killed" if is_killed else "fails", f"after {statements} statements")
        death = Killed() if is_killed else WarehouseError("no space is left on the disk")
        with suppress(Killed, WarehouseError):
            yield MortalWarehouse(self.settings.duckdb_path, statements, death)
        for run in self.instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED])):
            if PID in run.tags:  # the next load ends it
                self.instance.add_run_tags(run.run_id, {PID: str(ended_process())})
            else:  # Dagster's monitoring does
                self.instance.report_run_failed(run)

    def tick(self) -> None:
        name = self.rng.choice(SENSORS)
        self.say("tick of", name)
        with suppress(LakeError):  # raised if most partitions are gone: only `sparkify load` handles that
            for request in self.look(name):
                self.say("    run", *request.tags.values())
                repository = self.defs.get_repository_def()
                assets = [key.to_user_string() for key in request.asset_selection or ()]
                job = repository.get_implicit_global_asset_job_def() if assets else repository.get_job(f"load_{name}")
                self.execute(job, assets, dict(request.tags))

    def look(self, name: str) -> list[dg.RunRequest]:
        """The runs that a sensor requests when it is evaluated as the daemon does, with their checks, which a history may leave out."""
        repository = defs_of(self.folder, self.tolerated, True).get_repository_def()
        every = self.defs.resources or {}
        resources = {key: every[key] for key in ("lake", "warehouse_nowait")}
        with dg.build_sensor_context(self.instance, self.cursors.get(name), repository_def=repository, resources=resources) as context:
            found = repository.get_sensor_def(name).evaluate_tick(context)
        self.cursors[name] = found.cursor or self.cursors.get(name)
        return list(found.run_requests or [])

    # the expected end

    def refused(self) -> set[tuple[str, str]]:
        return {(table, key) for (table, key), files in self.delivered.items() if is_refused(table, files, self.tolerated)}

    def may_be_held(self, table: str, partition: str) -> list[Files]:
        """What staging may hold of the partition: the lake's version; if that is rejected, any version that could be accepted before."""
        key = table, partition
        if key in self.refused():
            return [files for files in self.versions[key] if not is_refused(table, files, max(TOLERANCES))]
        return [self.delivered[key]]


@cache
def settings_of(folder: Path, tolerated: int) -> Settings:
    return Settings(
        lake=folder / "lake",
        duckdb_path=folder / "warehouse.duckdb",
        dashboard=folder / "page.html",
        log_start=date(2018, 10, 31),
        log_end=date(2018, 12, 1),
        max_rejected=tolerated,
    )


@cache
def defs_of(folder: Path, tolerated: int, is_checked: bool) -> dg.Definitions:
    """One for all histories in that folder, as a code server has one for all its runs; each tolerance has its own code server."""
    built = build_defs(settings_of(folder, tolerated))
    if is_checked:
        return built
    return dg.Definitions(built.assets, jobs=built.jobs, sensors=built.sensors, resources=built.resources, executor=built.executor)


@cache
def ended_process() -> int:
    with subprocess.Popen(["true"]) as process:
        process.wait()
    return process.pid
