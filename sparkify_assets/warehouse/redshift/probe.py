"""Asks a real Redshift what no document settles: each question is a probe, a file of SQL in probes/.

A probe's file begins with comments: ``question``, ``assumed`` (what the platform takes to be the answer, and where) and ``otherwise`` (what
to do if it differs).  Statements follow, each ended by ``;`` at the end of a line.  Comments before a statement say what it is given and
what is expected of it:

    parameters: ["a", 1]       JSON; "$schema" and "$database" stand for those of the settings
    expect: 1 | NULL           a row of the answer, one such line for each (a count of rows, of INSERT); ``expect: no rows``
    expect error: 25006.*      a regular expression of SQLSTATE and message
    expect seconds: 5          any rows, within so many seconds
    expect any                 any rows
    record                     any answer or error; it is recorded, since the platform works with all of them
    object: {"a": 1}           a line of the file that COPY reads, which is named as the probe
    jsonpaths: ["$['a']"]      of a statement COPY table (columns), to which file, role and options are added
    patience: 20               seconds for which it is repeated until the answer is the expected one, or has rows

A statement without expectations prepares the others.  A probe is a transaction that is rolled back, unless its file says BEGIN itself; so a
statement that may fail is the last, or ROLLBACK follows it.

Put here how probes are read, run and judged.  Do not put here questions (probes/) or the page (cli/doctor.py).
"""

import json
import re
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

import redshift_connector

from sparkify_assets.errors import LakeError, SparkifyError, WarehouseError, WarehouseUnavailableError
from sparkify_assets.lake.s3 import S3Lake
from sparkify_assets.warehouse.bulk_loader import FastPathRejected
from sparkify_assets.warehouse.query_result import as_text
from sparkify_assets.warehouse.redshift.copy_statement import CopyStatement, manifest, paths_as_json
from sparkify_assets.warehouse.redshift.driver import close, execute
from sparkify_assets.warehouse.redshift.errors import NO_RIGHT, NO_TABLE, StatementTimeoutError, driver_errors
from sparkify_assets.warehouse.redshift.exact_results import exact_values
from sparkify_assets.warehouse.redshift.login import ConnectionConfig, connect
from sparkify_assets.warehouse.redshift.staging_area import StagingArea

STATEMENT_SECONDS, TOTAL_SECONDS = 20, 300
"""limits of one statement (probe_session.sql sets it) and of all probes together"""
ANSWER_SECONDS = 60.0
"""limit of the wait for an answer that a server or network never sends; longer than the server's limit of a statement"""
MOST_ROWS = 10
"""rows of an answer that are kept"""
NO_ROWS, NULL, SEPARATOR = "no rows", "NULL", " | "
COPY = re.compile(r"COPY (\w+) \(([\w, ]+)\);")
DIRECTIVE = re.compile(r"-- (question|assumed|otherwise|parameters|expect|expect error|expect seconds|object|jsonpaths|patience): (.*)")
FLAG = re.compile(r"-- (expect any|record)")
MOST_LETTERS = 500
"""of an error that are kept"""
NO_ANSWER = (LakeError, StatementTimeoutError, WarehouseUnavailableError)
"""errors that say nothing of what was asked; a missing right or system view does not, either"""
PRIVATE = {
    r"arn:aws[\w-]*:[^\s'\",]+": "<ARN>",
    r"s3://[^\s'\",]+": "<object>",
    r"[\w.-]+\.amazonaws\.com(\.cn)?(:\d+)?": "<host>",
    r"\b(\d{1,3}\.){3}\d{1,3}\b": "<address>",
    r"\b(AKIA|ASIA)[A-Z0-9]{16}\b": "<key>",
    r"\b\d{12}\b": "<account>",
    r"\bIAM[A-Z]*:[^\s'\",]+": "<user>",
}
"""pattern of what tells whose warehouse it is → what takes its place"""


class Verdict(StrEnum):
    """What an answer means for the platform."""

    AS_ASSUMED = "as assumed"
    DIFFERS = "differs"
    RECORDED = "recorded"
    """any answer is right"""
    NOT_ASKED = "could not be asked"


@dataclass(frozen=True)
class Statement:
    """A statement of a probe, and what is expected of it."""

    probe: str
    """its name"""
    text: str
    """as in the file, with its comments"""
    sql: str
    parameters: tuple[Any, ...] = ()
    rows: tuple[str, ...] | None = None
    error: str | None = None
    seconds: float | None = None
    is_any: bool = False
    is_recorded: bool = False
    objects: tuple[str, ...] = ()
    jsonpaths: tuple[str, ...] = ()
    patience: float = 0

    @property
    def is_judged(self) -> bool:
        return self.is_any or self.is_recorded or not (self.rows is None and self.error is None and self.seconds is None)


BEGIN, ROLLBACK = (Statement("", f"{word};", f"{word};") for word in ("BEGIN", "ROLLBACK"))


@dataclass(frozen=True)
class Probe:
    """A question about Redshift."""

    name: str
    question: str
    assumed: str
    otherwise: str
    statements: tuple[Statement, ...]

    @property
    def reads_s3(self) -> bool:
        return any(COPY.fullmatch(s.sql) for s in self.statements)


@dataclass(frozen=True)
class Answer:
    """What a statement gave: rows, or an error."""

    statement: Statement
    verdict: Verdict | None
    """None for a statement that prepares others"""
    rows: tuple[str, ...] | None = None
    """None: it gives neither rows nor their count"""
    error: str | None = None
    """SQLSTATE and message"""
    seconds: float = 0


@dataclass(frozen=True)
class Result:
    """A probe's answers.  Their texts name neither the warehouse, its user, the lake nor the account."""

    probe: Probe
    answers: tuple[Answer, ...]
    why_not: str | None = None
    """why it was not asked at all"""

    @property
    def verdict(self) -> Verdict:
        found = {answer.verdict for answer in self.answers} | ({Verdict.NOT_ASKED} if self.why_not else set())
        return next(v for v in (Verdict.DIFFERS, Verdict.NOT_ASKED, Verdict.AS_ASSUMED, Verdict.RECORDED) if v in found)


def ask(target: ConnectionConfig, stage: S3Lake, tell: Callable[[str], None]) -> Generator[Result, None, None]:
    """Ask every probe, one after the other.  Close the iterator: nothing is left then, neither a connection nor a file.

    ``stage``: the lake in whose bucket files for COPY are put; ``tell`` receives a message if one of them cannot be deleted.  Raises
    WarehouseError if nobody can log in.
    """
    with ExitStack() as stack:
        area = StagingArea(stage, str(target), tell)
        stack.callback(area.remove)
        session = _Session(target, area)
        stack.callback(session.close)
        session.open()
        give_up = time.monotonic() + TOTAL_SECONDS
        for probe in probes():
            late = time.monotonic() > give_up
            yield (
                Result(probe, (), f"the probes before it took {TOTAL_SECONDS} seconds; ask again, when Redshift has compiled them")
                if late
                else session.ask(probe)
            )


@cache
def probes() -> tuple[Probe, ...]:
    """All probes, by name."""
    folder = files(__package__ or "") / "probes"
    found = [entry for entry in folder.iterdir() if entry.name.endswith(".sql")]
    return tuple(read_probe(e.name.removesuffix(".sql"), e.read_text(encoding="utf-8")) for e in sorted(found, key=lambda e: e.name))


def read_probe(name: str, text: str) -> Probe:
    """Read a probe's file.  Raises ValueError for a comment or statement that is not of the form above."""
    head, _, body = text.partition("\n\n")
    given = _directives(name, head)
    if missing := {"question", "assumed", "otherwise"} ^ given.keys():
        raise ValueError(f"{name}.sql: expected question, assumed and otherwise at its head; {', '.join(sorted(missing))}")
    question, assumed, otherwise = (given[word][0] for word in ("question", "assumed", "otherwise"))
    return Probe(name, question, assumed, otherwise, _statements(name, body))


def _statements(name: str, body: str) -> tuple[Statement, ...]:
    if body.strip() and not body.rstrip().endswith(";"):
        raise ValueError(f"{name}.sql: its last statement has no ; at its end")
    blocks = re.split(r"(?<=;)\n+", body.strip())
    return tuple(_statement(name, block) for block in blocks)


def _statement(name: str, block: str) -> Statement:
    lines = block.splitlines()
    given = _directives(name, "\n".join(line for line in lines if line.startswith("-- ")))
    rows = tuple(given["expect"]) if "expect" in given else None
    return Statement(
        name,
        block,
        "\n".join(line for line in lines if not line.startswith("-- ")),
        tuple(json.loads(given["parameters"][0])) if "parameters" in given else (),
        () if rows == (NO_ROWS,) else rows,
        given["expect error"][0] if "expect error" in given else None,
        float(given["expect seconds"][0]) if "expect seconds" in given else None,
        "expect any" in given,
        "record" in given,
        tuple(given.get("object", ())),
        tuple(json.loads(given["jsonpaths"][0])) if "jsonpaths" in given else (),
        float(given["patience"][0]) if "patience" in given else 0,
    )


def _directives(name: str, comments: str) -> dict[str, list[str]]:
    """Directive → its values.  A line that is indented by three blanks continues the one before it."""
    found: dict[str, list[str]] = {}
    for line in re.sub(r"\n--   +", " ", comments).splitlines():
        if match := DIRECTIVE.fullmatch(line):
            found.setdefault(match[1], []).append(match[2])
        elif match := FLAG.fullmatch(line):
            found[match[1]] = []
        else:
            raise ValueError(f"{name}.sql: the comment {line!r} is no directive of a probe")
    return found


def redacted(text: str, names: Mapping[str, str]) -> str:
    """The text without what tells whose warehouse or lake it is: these names, and what has the form of an address or a number of AWS."""
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", names[name], text, flags=re.IGNORECASE)
    for pattern, label in PRIVATE.items():
        text = re.sub(pattern, label, text)
    return text


def _names(target: ConnectionConfig, stage: S3Lake) -> dict[str, str]:
    found = {
        target.host: "<host>",
        target.database: "<database>",
        target.schema: "<schema>",
        target.user: "<user>",
        target.password: "<password>",
        target.secret: "<secret>",
        target.cluster_identifier: "<cluster>",
        target.workgroup: "<workgroup>",
        None if target.iam_role == "default" else target.iam_role: "<role>",
        target.readers.split(maxsplit=1)[-1] if target.readers else None: "<readers>",
        stage.location.bucket: "<bucket>",
        stage.location.prefix: "<prefix>",
    }
    return {name: label for name, label in found.items() if name}


def _row_text(row: Sequence[Any]) -> str:
    return SEPARATOR.join(NULL if value is None else as_text(value) for value in row)


def _judge(wanted: Statement, rows: tuple[str, ...] | None, error: str | None, seconds: float, is_answer: bool) -> Verdict | None:
    if error and not (is_answer and wanted.is_judged):
        return Verdict.NOT_ASKED
    if not wanted.is_judged:
        return None
    if wanted.is_recorded:
        return Verdict.RECORDED
    if error or wanted.error:
        expected = bool(error and wanted.error and re.search(wanted.error, error))
    else:
        expected = (wanted.rows is None or rows == wanted.rows) and (wanted.seconds is None or seconds <= wanted.seconds)
    return Verdict.AS_ASSUMED if expected else Verdict.DIFFERS


def _sqlstate_and_message(error: Exception) -> tuple[str, str]:
    """Of the driver's exception that was mapped to this one; of any other, its text."""
    cause = error.__cause__
    given = cause.args[0] if cause and cause.args and isinstance(cause.args[0], dict) else {}
    told = [str(given[key]).strip() for key in "MD" if given.get(key)]
    return str(given.get("C", "")), " ".join(" ".join(told or [str(error)]).split())[:MOST_LETTERS]


@dataclass
class _Session:
    """A connection on which probes are asked; a lost one is replaced for the next probe."""

    target: ConnectionConfig
    area: StagingArea
    connection: redshift_connector.Connection | None = None
    names: dict[str, str] = field(default_factory=dict)
    """what no text may hold → what takes its place"""

    def open(self) -> None:
        if self.connection is not None:
            return
        self.names |= _names(self.target, self.area.stage)
        self.connection = connect(self.target)
        self.connection._usock.settimeout(ANSWER_SECONDS)
        for statement in _statements("probe_session", (files(__package__ or "") / "probe_session.sql").read_text(encoding="utf-8")):
            answer = self._answer(statement)
            if answer.error:
                raise WarehouseError(f"{self.target}: {answer.error}")
            # CURRENT_USER: where a secret or IAM gives the user, the settings do not name it
            self.names |= {name: "<user>" for row in answer.rows or () for name in row.split(SEPARATOR) if name}

    def close(self) -> None:
        close(self.connection)
        self.connection = None

    def ask(self, probe: Probe) -> Result:
        try:
            self.open()
        except SparkifyError as e:
            self.close()
            return Result(probe, (), redacted(str(e), self.names))
        answers: list[Answer] = []
        begin = () if probe.statements[0].sql.startswith("BEGIN") else (BEGIN,)
        for statement in (*begin, *probe.statements):
            if answers and answers[-1].error and statement.sql != ROLLBACK.sql:
                break  # the transaction is aborted
            answer = self._patiently(statement)
            if statement is not BEGIN or answer.error:
                answers.append(answer)
            if answer.error and answer.verdict in (Verdict.NOT_ASKED, Verdict.DIFFERS):
                break
        self._answer(ROLLBACK)
        return Result(probe, tuple(map(self._without_names, answers)))

    def _without_names(self, answer: Answer) -> Answer:
        rows = answer.rows if answer.rows is None else tuple(redacted(row, self.names) for row in answer.rows)
        return replace(answer, rows=rows, error=answer.error if answer.error is None else redacted(answer.error, self.names))

    def _patiently(self, statement: Statement) -> Answer:
        give_up = time.monotonic() + statement.patience
        while True:
            answer = self._answer(statement)
            waits = answer.verdict is Verdict.DIFFERS or (statement.is_recorded and not answer.rows)
            if not waits or answer.error or time.monotonic() > give_up:
                return answer
            time.sleep(1)

    def _answer(self, statement: Statement) -> Answer:
        begun = time.monotonic()
        try:
            if self.connection is None:
                raise WarehouseUnavailableError("the connection is lost")
            sql = self._copy(statement, match) if (match := COPY.fullmatch(statement.sql)) else statement.sql.removesuffix(";")
            given = {"$schema": self.target.schema, "$database": self.target.database}
            parameters = [given.get(p, p) if isinstance(p, str) else p for p in statement.parameters]
            begun = time.monotonic()  # without the upload
            with driver_errors(str(self.target)), exact_values(self.connection):
                cursor = execute(self.connection, sql, parameters)
                found = list(cursor.fetchall()) if cursor.description else [(cursor.rowcount,)] if cursor.rowcount >= 0 else None
        except Exception as e:  # of any kind: one probe that fails does not end the others
            seconds = time.monotonic() - begun
            is_foreseen = isinstance(e, (SparkifyError, FastPathRejected))
            if not is_foreseen or isinstance(e, WarehouseUnavailableError):
                self.close()
            state, message = _sqlstate_and_message(e)
            told = f"{state} {message}".strip() if is_foreseen else f"{type(e).__name__}: {message}"
            is_answer = is_foreseen and not isinstance(e, NO_ANSWER) and state not in (NO_RIGHT, NO_TABLE)
            return Answer(statement, _judge(statement, None, told, seconds, is_answer), None, told, seconds)
        seconds = time.monotonic() - begun
        rows = found if found is None else tuple(map(_row_text, found[:MOST_ROWS]))
        return Answer(statement, _judge(statement, rows, None, seconds, True), rows, None, seconds)

    def _copy(self, statement: Statement, match: re.Match[str]) -> str:
        """The statement with a file, its manifest and jsonpaths, which are uploaded."""
        records = self.area.write(f"{statement.probe}.json", ["".join(f"{line}\n" for line in statement.objects).encode()])
        copy = CopyStatement(
            self.area.write("manifest.json", [manifest([records])])[0],
            self.area.write("jsonpaths.json", [paths_as_json(statement.jsonpaths)])[0],
            self.target.iam_role,
            self.area.stage.region,
            gzip=False,
        )
        return copy.into(match[1], match[2].split(", "))
