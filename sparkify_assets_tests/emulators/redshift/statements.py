"""The plan for a statement: pass it on (perhaps translated), execute it in the proxy, or reject it.

Put here the choice. Do not put here the translation (rewriting.py, ddl.py) or the execution (deeds.py).
"""

from dataclasses import dataclass, field
from functools import lru_cache

from sparkify_assets_tests.emulators.redshift import ddl, guards, parsed
from sparkify_assets_tests.emulators.redshift.copy_statement import CopyStatement, parse_copy
from sparkify_assets_tests.emulators.redshift.rewriting import reworded
from sparkify_assets_tests.emulators.redshift.tokens import Token, folded, statements, tokens


@dataclass(frozen=True)
class PassOn:
    """PostgreSQL executes this SQL."""

    sql: str


@dataclass(frozen=True)
class Copy:
    """COPY … FROM 's3://…'."""

    statement: CopyStatement


@dataclass(frozen=True)
class Run:
    """Statements of PostgreSQL that together are one of Redshift's. They have no parameters and return only the tag."""

    steps: list[str]
    tag: str
    commits: bool = False
    """It ends the open transaction (TRUNCATE)."""
    outside: str = ""
    """Its name in Redshift's error if it runs inside a transaction block; empty: it may run there."""


Deed = PassOn | Copy | Run


@dataclass(frozen=True)
class Plan:
    """A statement and what to do. ``kind`` is its first word (END is a commit), by which faults are matched."""

    sql: str
    kind: str
    deed: Deed = field(compare=False)


@lru_cache(maxsize=2048)
def plan(sql: str) -> Plan:
    """Plan the statement. Raises ServerError for what Redshift does not accept."""
    sql = folded(sql)
    told = tokens(sql)
    kind = {"end": "commit", "abort": "rollback", "start": "begin"}.get(told[0].word, told[0].word) if told else ""
    return Plan(sql, kind, _deed(sql, told, [t.word for t in told[:4]]))


def kind_of(sql: str) -> str:
    """The statement's first word, also of a statement that is rejected."""
    told = tokens(sql)
    return told[0].word if told else ""


def _deed(sql: str, told: list[Token], first: list[str]) -> Deed:
    guards.check(told)
    parsed.check(sql, told)
    match first:
        case ["copy", *_]:
            return Copy(parse_copy(told))
        case ["create", *_]:
            steps = ddl.create(sql, told)
            return PassOn(reworded(sql, told)) if steps is None else Run(steps, *ddl.create_tag(told))
        case ["alter", "table", *_]:
            altered = ddl.alter_table(sql, told)
            return PassOn(reworded(sql, told)) if altered is None else Run(*altered)
        case ["truncate", *_]:
            name = sql[told[2 if first[1:2] == ["table"] else 1].start : told[-1].end]
            return Run([f"TRUNCATE TABLE {name}"], "TRUNCATE TABLE", commits=True)
        case ["vacuum", *_]:
            return Run([], "VACUUM", outside="VACUUM")
        case ["drop", "database", *_]:
            return Run([sql], "DROP DATABASE", outside="DROP DATABASE")
        case ["analyze", *_]:
            return Run(["ANALYZE"] if len(told) == 1 else [f"ANALYZE {sql[told[1].start : told[_end_of_name(told, 1)].end]}"], "ANALYZE")
    return PassOn(reworded(sql, told))


def _end_of_name(told: list[Token], at: int) -> int:
    while at + 2 < len(told) and told[at + 1].word == ".":
        at += 2
    return at


__all__ = ["Copy", "Deed", "PassOn", "Plan", "Run", "kind_of", "plan", "statements"]
