"""SQL tokens, so that nothing inside a string, a quoted name or a comment is mistaken for a keyword.

Put here what all parsers of the emulator share. Do not put here the syntax of a statement.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

TOKEN = re.compile(
    r"""
      (?P<space>\s+|--[^\n]*|/\*.*?\*/)
    | (?P<text>'(?:[^']|'')*'|\$(?P<tag>\w*)\$.*?\$(?P=tag)\$)
    | (?P<quoted>"(?:[^"]|"")*")
    | (?P<parameter>\$\d+)
    | (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+)
    | (?P<word>[^\W\d][\w$]*)
    | (?P<mark>::|<>|<=|>=|!=|\|\||.)
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        """A keyword or plain name in lower case, or a mark; empty for anything else."""
        return self.text.lower() if self.kind == "word" else self.text if self.kind == "mark" else ""

    @property
    def name(self) -> str:
        """The identifier: lower case, without quotes (Redshift folds quoted ones, too)."""
        return (self.text[1:-1].replace('""', '"') if self.kind == "quoted" else self.text).lower()

    @property
    def value(self) -> str:
        """The content of a string literal."""
        return self.text[1:-1].replace("''", "'")


def tokens(sql: str) -> list[Token]:
    """All tokens except white space and comments."""
    return [Token(m.lastgroup, m[0], m.start(), m.end()) for m in TOKEN.finditer(sql) if m.lastgroup and m.lastgroup != "space"]


def folded(sql: str) -> str:
    """The SQL with quoted names in lower case, as Redshift has them unless enable_case_sensitive_identifier is on."""
    return TOKEN.sub(lambda m: m[0].lower() if m.lastgroup == "quoted" and m[0].isascii() else m[0], sql) if '"' in sql else sql


def closing(given: Sequence[Token], opening: int) -> int:
    """Index of the bracket that closes the one at ``opening``; the number of tokens if none does."""
    depth = 0
    for i in range(opening, len(given)):
        if given[i].word == "(":
            depth += 1
        elif given[i].word == ")":
            depth -= 1
            if depth == 0:
                return i
    return len(given)


def split(given: Sequence[Token], mark: str = ",") -> list[list[Token]]:
    """Split at the marks that are outside brackets."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in given:
        depth += {"(": 1, ")": -1}.get(token.word, 0)
        if token.word == mark and depth == 0:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def statements(sql: str) -> Iterator[str]:
    """The statements, one by one, without semicolons."""
    for part in split(tokens(sql), ";"):
        if part:
            yield sql[part[0].start : part[-1].end]


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
