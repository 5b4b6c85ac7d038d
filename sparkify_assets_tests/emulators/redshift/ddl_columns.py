"""A column of CREATE TABLE or ALTER TABLE for PostgreSQL: its type, its length in bytes, its attributes (docs/design/redshift-facts.md).

Put here a column's definition. Do not put here whole statements (ddl.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sparkify_assets_tests.emulators.redshift.errors import ServerError, syntax
from sparkify_assets_tests.emulators.redshift.parsed import RESERVED
from sparkify_assets_tests.emulators.redshift.tokens import Token, closing, quoted

ENDS_A_TYPE = {
    "not",
    "null",
    "default",
    "primary",
    "unique",
    "references",
    "encode",
    "distkey",
    "sortkey",
    "identity",
    "generated",
    "collate",
}
TEXT_TYPES = {"varchar", "text", "nvarchar"}
WIDEST = "65535"
UNSUPPORTED = set(
    "bit serial serial2 serial4 serial8 bigserial smallserial json jsonb uuid money bytea inet cidr macaddr macaddr8 xml point "
    "line lseg box path polygon circle tsvector tsquery name oid".split()
)
"""Types of PostgreSQL's."""
OTHER_TYPES = {"super": "jsonb", "bpchar": "char(256)", "nchar": "char", "datetime": "timestamp", "int8": "bigint", "number": "numeric"}


@dataclass(frozen=True)
class Reference:
    """A foreign key: columns, and the table (as written) and columns that they refer to."""

    columns: list[str]
    parent: str
    referred: list[str]


@dataclass
class Physical:
    """Distribution and sort order of rows, and foreign keys, as declared."""

    diststyle: str = ""
    distkey: str = ""
    sortkeys: list[str] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    others: bool = False
    """Columns come from another table, too (LIKE)."""
    columns: list[str] = field(default_factory=list)

    def distribute_by(self, column: str) -> None:
        """Raises ServerError if there is a DISTKEY already."""
        if self.distkey:
            raise ServerError("only one DISTKEY may be specified", "42601")
        self.diststyle, self.distkey = self.diststyle or "KEY", column

    def check(self) -> None:
        """Raises ServerError for a key that is no column, and for contradictions. (Redshift's words are not known.)"""
        if self.distkey and self.diststyle != "KEY":
            raise ServerError(f"cannot specify DISTKEY with DISTSTYLE {self.diststyle}", "42601")
        if self.diststyle == "KEY" and not self.distkey:
            raise ServerError("DISTSTYLE KEY needs a DISTKEY", "42601")
        for key in filter(None, [self.distkey, *self.sortkeys]):
            if key not in self.columns and not self.others:
                raise ServerError(f'column "{key}" named in key does not exist', "42703")


def after_name(told: Sequence[Token], at: int) -> int:
    """Index after the name, qualified or not, that begins at ``at``."""
    at += 1
    while at + 1 < len(told) and told[at].word == ".":
        at += 2
    return at


def names(given: Sequence[Token]) -> list[str]:
    """The names in a list, with or without its opening bracket."""
    return [t.name for t in given if t.kind in ("word", "quoted")]


def reference(sql: str, columns: list[str], given: Sequence[Token]) -> Reference:
    """REFERENCES table [(columns)], which ``given`` begins with."""
    end = after_name(given, 1)
    referred = names(given[end : closing(given, end)]) if end < len(given) and given[end].word == "(" else columns
    return Reference(columns, sql[given[1].start : given[end - 1].end], referred)


def element(sql: str, part: Sequence[Token], keys: set[str], physical: Physical, table: str) -> str:
    """A column or a LIKE clause; empty for a key of the table."""
    words = [t.word for t in part]
    if words[0] in ("primary", "foreign", "unique", "constraint"):
        if "foreign" in words[:3]:
            at = words.index("(")
            end = closing(part, at)
            physical.references.append(reference(sql, names(part[at:end]), part[end + 1 :]))
        return ""
    if words[0] == "like":  # its CHECKs are the lengths in bytes
        end = after_name(part, 1)
        source = sql[part[1].start : part[end - 1].end]
        physical.others = True
        defaults = " INCLUDING DEFAULTS" if words[end : end + 2] == ["including", "defaults"] else ""
        return f"LIKE {source} INCLUDING CONSTRAINTS{defaults}"
    end = next((i for i in range(1, len(part)) if words[i] in ENDS_A_TYPE), len(part))
    name = part[0].name
    if words[0] in RESERVED:
        raise syntax(words[0])
    if words[1] in UNSUPPORTED:
        raise ServerError(f'Column "{table}.{name}" has unsupported type "{words[1]}".', "0A000")
    kind, limit = type_of(sql, part[1:end])
    physical.columns.append(name)
    attributes = _attributes(sql, part[end:], name, physical)
    if name in keys and "NOT NULL" not in attributes:
        attributes.append("NOT NULL")
    return " ".join([quoted(name), kind, *attributes, *([byte_check(name, limit)] if limit else [])])


def byte_check(column: str, limit: str) -> str:
    """The constraint that counts bytes; errors.py recognizes it by its name."""
    return f"CONSTRAINT {quoted('bytes of ' + column)} CHECK (octet_length({quoted(column)}) <= {limit})"


def type_of(sql: str, given: Sequence[Token]) -> tuple[str, str]:
    """The type for PostgreSQL, and the maximum bytes of a text ("" for other types). Raises ServerError for types that Redshift lacks."""
    words = [t.word for t in given]
    if not given:
        raise syntax(")")
    varying = words[0] in TEXT_TYPES or words[:2] in (["character", "varying"], ["char", "varying"])
    if varying:
        limit = next((t.text for t in given if t.kind == "number"), WIDEST if "max" in words else "256")
        return f"varchar({limit})", limit
    if words[0] in ("numeric", "decimal") and len(given) == 1:
        return "numeric(18,0)", ""
    if words[0] in OTHER_TYPES:
        return OTHER_TYPES[words[0]] + sql[given[0].end : given[-1].end], ""
    if "[" in words:
        raise syntax("[")
    return sql[given[0].start : given[-1].end], ""


def _attributes(sql: str, given: Sequence[Token], name: str, physical: Physical) -> list[str]:
    """The attributes that PostgreSQL has with Redshift's meaning; distribution and sort keys go to ``physical``."""
    found: list[str] = []
    at = 0
    while at < len(given):
        word, after = given[at].word, given[at + 1].word if at + 1 < len(given) else ""
        start = at
        at += 1
        match word, after:
            case ("not", "null") | ("primary", "key"):
                at += 1
                if "NOT NULL" not in found:
                    found.append("NOT NULL")
            case ("null" | "unique", _):
                pass
            case ("distkey", _):
                physical.distribute_by(name)
            case ("sortkey", _):
                physical.sortkeys.append(name)
            case ("encode", _):
                at += 1
            case ("references", _):
                physical.references.append(reference(sql, [name], given[start:]))
                at = after_name(given, at)
                at = closing(given, at) + 1 if at < len(given) and given[at].word == "(" else at
            case ("identity", "("):
                at = closing(given, at) + 1
                found.append(_identity(given[start:at], "ALWAYS"))
            case ("generated", "by"):
                at = closing(given, at) + 1
                found.append(_identity(given[start:at], "BY DEFAULT"))
            case ("default", _):
                while at < len(given) and given[at].word not in ENDS_A_TYPE - {"null"}:
                    at = closing(given, at) + 1 if given[at].word == "(" else at + 1
                found.append(sql[given[start].start : given[at - 1].end])
            case _:
                raise syntax(given[start].text)
    return found


def _identity(given: Sequence[Token], when: str) -> str:
    seed, step = [
        int(sql) for sql in "".join(t.text for t in given[next(i for i, t in enumerate(given) if t.word == "(") :]).strip("()").split(",")
    ]
    return f"GENERATED {when} AS IDENTITY (START WITH {seed} INCREMENT BY {step} MINVALUE {min(seed, 0)})"
