"""Parser of the COPY statement (docs/design/redshift-facts.md).

Options may be in any order; an option that COPY from JSON does not have is a syntax error.

Put here the syntax. Do not put here the options' effects.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sparkify_assets_tests.emulators.redshift.errors import ServerError, syntax
from sparkify_assets_tests.emulators.redshift.tokens import Token, quoted

ROLE = re.compile(r"arn:aws[\w-]*:iam::\d{12}:role/[\w+=,.@/-]+")
SWITCHES = {"manifest", "gzip", "noload", "truncatecolumns", "emptyasnull", "blanksasnull", "explicit_ids", "roundec", "trimblanks"}
SWITCHES |= {"acceptanydate", "ignoreallerrors"}
WITH_TEXT = {"region", "timeformat", "dateformat", "credentials", "access_key_id", "secret_access_key", "session_token", "encoding"}
AUTHORIZATION = {"iam_role", "credentials", "access_key_id"}
MAX_ERRORS = 100_000


@dataclass
class CopyStatement:
    """What COPY loads, from where, and how."""

    table: tuple[str, ...]
    """Schema and name, or name."""
    columns: tuple[str, ...] | None
    source: str
    """The address in FROM: s3://bucket/key."""
    json: str = ""
    """'auto', 'auto ignorecase', 'noshred', or the address of a jsonpaths file."""
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def relation(self) -> str:
        """The quoted name of the table for PostgreSQL."""
        return ".".join(quoted(part) for part in self.table)

    def on(self, switch: str) -> bool:
        return bool(self.options.get(switch))


class _Reader:
    """A sequence of tokens with a position."""

    def __init__(self, given: Sequence[Token]) -> None:
        self._given = given
        self._at = 0

    def next(self) -> Token:
        if self._at == len(self._given):
            raise ServerError("syntax error at end of input", "42601")
        self._at += 1
        return self._given[self._at - 1]

    def left(self) -> bool:
        return self._at < len(self._given)

    def ahead(self) -> Token | None:
        return self._given[self._at] if self.left() else None

    def skip(self, *words: str) -> bool:
        token = self.ahead()
        found = token is not None and token.word in words
        self._at += found
        return found

    def text(self) -> str:
        self.skip("as")
        token = self.next()
        if token.kind != "text":
            raise syntax(token.text)
        return token.value

    def name(self) -> str:
        token = self.next()
        if token.kind not in ("word", "quoted"):
            raise syntax(token.text)
        return token.name


def parse_copy(told: Sequence[Token]) -> CopyStatement:
    """Parse the statement. Raises ServerError (42601) where Redshift's parser fails."""
    reader = _Reader([t for t in told if t.word != ";"])
    reader.next()
    table = [reader.name()]
    while reader.skip("."):
        table.append(reader.name())
    columns = tuple(_names(reader)) if reader.skip("(") else None
    if not reader.skip("from"):
        raise syntax(reader.next().text)
    source = reader.text()
    if not re.fullmatch(r"s3://[^/]+/.+", source, re.DOTALL):
        raise ServerError(f"Invalid S3 path {source!r}: this test server copies from s3://bucket/key only")
    statement = CopyStatement(tuple(table), columns, source)
    while reader.left():
        _option(reader, statement)
    if not AUTHORIZATION & statement.options.keys():
        raise ServerError("syntax error at end of input: an authorization clause (IAM_ROLE, CREDENTIALS …) is required", "42601")
    if not statement.json:
        raise ServerError("this test server copies FORMAT JSON only", "0A000")
    if statement.on("ignoreallerrors") and "maxerror" in statement.options:
        raise ServerError("MAXERROR and IGNOREALLERRORS exclude each other", "42601")
    return statement


def _names(reader: _Reader) -> Iterator[str]:
    yield reader.name()
    while reader.skip(","):
        yield reader.name()
    if not reader.skip(")"):
        raise syntax(reader.next().text)


def _option(reader: _Reader, statement: CopyStatement) -> None:
    word = reader.next()
    options = statement.options
    if word.word in options or (word.word == "json" and statement.json):
        raise ServerError(f"conflicting or redundant options: {word.text}", "42601")
    match word.word:
        case "format":
            reader.skip("as")
            if (ahead := reader.ahead()) is None or ahead.word != "json":
                raise ServerError("this test server copies FORMAT JSON only", "0A000")
        case "json":
            reader.skip("as")
            given = reader.ahead()
            statement.json = reader.text() if given is not None and given.kind == "text" else "auto"
            if not statement.json.startswith("s3://") and statement.json not in ("auto", "auto ignorecase", "noshred"):
                raise ServerError(f"Invalid JSON option: {statement.json!r}", "42601")
        case "iam_role":
            options["iam_role"] = "default" if reader.skip("default") else _roles(reader.text())
        case name if name in SWITCHES:
            options[name] = True
        case name if name in WITH_TEXT:
            options[name] = reader.text()
        case "acceptinvchars":
            reader.skip("as")
            given = reader.ahead()
            options["acceptinvchars"] = reader.text() if given is not None and given.kind == "text" else "?"
        case "maxerror":
            options["maxerror"] = _number(reader, MAX_ERRORS)
        case "compupdate" | "statupdate" as name:
            options[name] = reader.skip("preset", "on", "true") or not reader.skip("off", "false")
        case _:
            raise syntax(word.text)


def _number(reader: _Reader, largest: int) -> int:
    reader.skip("as")
    token = reader.next()
    if not token.text.isdigit() or int(token.text) > largest:
        raise syntax(token.text)
    return int(token.text)


def _roles(text: str) -> str:
    for role in text.split(","):
        if not ROLE.fullmatch(role):
            raise ServerError(f"Invalid IAM role ARN: {role}")
    return text
