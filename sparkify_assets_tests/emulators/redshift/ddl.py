"""CREATE TABLE and ALTER TABLE for PostgreSQL: clauses that only Redshift has are removed or emulated (docs/design/redshift-facts.md).

Redshift records keys but does not enforce them, so they are removed. Its VARCHAR lengths are in bytes, so each such column gets a CHECK.

Put here statements and table attributes. Do not put here a column's definition (ddl_columns.py).
"""

from collections.abc import Sequence

from sparkify_assets_tests.emulators.redshift.ddl_columns import Physical, after_name, byte_check, element, type_of
from sparkify_assets_tests.emulators.redshift.errors import syntax
from sparkify_assets_tests.emulators.redshift.tokens import Token, closing, literal, quoted, split


def create(sql: str, told: Sequence[Token]) -> list[str] | None:
    """Statements for CREATE TABLE with columns; None for any other CREATE, including CREATE TABLE AS."""
    words = [t.word for t in told]
    if "table" not in words[:4]:
        return None
    at = words.index("table") + 1
    exists = words[at : at + 3] == ["if", "not", "exists"]
    at += 3 * exists
    begin = at
    at = after_name(told, at)
    if at >= len(told) or told[at].word != "(" or "as" in words[closing(told, at) :]:
        return None
    name = sql[told[begin].start : told[at - 1].end]
    end = closing(told, at)
    parts = [p for p in split(told[at + 1 : end]) if p]
    physical = _physical(told[end + 1 :])
    keys = {t.name for p in parts for t in _primary_key(p)}
    columns = [c for c in (element(sql, p, keys, physical) for p in parts) if c]
    temporary = "TEMPORARY " if {"temp", "temporary"} & set(words[:3]) else ""
    made = f"CREATE {temporary}TABLE {'IF NOT EXISTS ' * exists}{name} ({', '.join(columns)})"
    sortkeys = f"ARRAY[{', '.join(map(literal, physical.sortkeys))}]::text[]"
    declared = f"{literal(physical.diststyle)}, {literal(physical.distkey)}, {sortkeys}"
    if not physical.diststyle and not physical.sortkeys:
        return [made]
    new = f"NOT EXISTS (SELECT FROM redshift.physical WHERE tbl = {literal(name)}::regclass)"
    return [made, f"INSERT INTO redshift.physical SELECT {literal(name)}::regclass, {declared} WHERE {new}"]


def create_tag(told: Sequence[Token]) -> tuple[str, bool, str]:
    """The remaining fields of a Run: tag, commits, outside."""
    return ("CREATE TABLE", False, "") if told else ("CREATE", False, "")


def alter_table(sql: str, told: Sequence[Token]) -> tuple[list[str], str, bool, str] | None:
    """The fields of a Run for ADD COLUMN, ALTER COLUMN TYPE and APPEND FROM; None for statements that PostgreSQL accepts unchanged."""
    begin = 2
    at = after_name(told, begin)
    name = sql[told[begin].start : told[at - 1].end]
    words = [t.word for t in told[at:]]
    if words[:2] == ["append", "from"]:
        source = sql[told[at + 2].start : told[after_name(told, at + 2) - 1].end]
        return [f"INSERT INTO {name} SELECT * FROM {source}", f"DELETE FROM {source}"], "ALTER TABLE APPEND", False, "ALTER TABLE APPEND"
    if words[:1] == ["add"] and words[1:2] != ["constraint"] and words[1:2] not in (["primary"], ["foreign"], ["unique"]):
        rest = told[at + 1 + (words[1] == "column") :]
        column = element(sql, rest, set(), Physical())
        return [f"ALTER TABLE {name} ADD COLUMN {column}"], "ALTER TABLE", False, ""
    if words[:1] == ["add"]:  # a key, which is not enforced
        return [f"SELECT 1 FROM {name} LIMIT 0"], "ALTER TABLE", False, ""
    if words[:2] == ["alter", "column"] and words[3:4] == ["type"]:
        column = told[at + 2].name
        changed, limit = type_of(sql, told[at + 4 :])
        check = f", ADD {byte_check(column, limit)}" if limit else ""
        steps = f"DROP CONSTRAINT IF EXISTS {quoted('bytes of ' + column)}, ALTER COLUMN {quoted(column)} TYPE {changed}{check}"
        return [f"ALTER TABLE {name} {steps}"], "ALTER TABLE", False, "ALTER TABLE ALTER COLUMN"
    if words[:1] == ["alter"] and words[1:2] in (["sortkey"], ["diststyle"], ["distkey"], ["compound"]):
        return _alter_layout(name, told[at + 1 :]), "ALTER TABLE", False, ""
    if words[:2] == ["alter", "encode"]:
        return [f"SELECT 1 FROM {name} LIMIT 0"], "ALTER TABLE", False, ""
    return None


def _alter_layout(name: str, given: Sequence[Token]) -> list[str]:
    """ALTER DISTKEY c, DISTSTYLE KEY DISTKEY c, DISTSTYLE ALL | EVEN | AUTO, SORTKEY (c, …), SORTKEY NONE | AUTO."""
    words = [t.word for t in given]
    sortkeys = [t.name for t in given[words.index("sortkey") + 1 :] if t.word not in ("(", ")", ",", ";")] if "sortkey" in words else None
    if sortkeys is not None:
        columns = [] if sortkeys in (["none"], ["auto"]) else sortkeys
        changed = f"sortkeys = ARRAY[{', '.join(map(literal, columns))}]::text[]"
    elif "distkey" in words:
        columns = [given[words.index("distkey") + 1].name]
        changed = f"diststyle = 'KEY', distkey = {literal(columns[0])}"
    else:
        columns, changed = [], f"diststyle = {literal('' if words[1] == 'auto' else words[1].upper())}, distkey = ''"
    table = f"{literal(name)}::regclass"
    return [
        f"SELECT {', '.join(map(quoted, columns)) or '1'} FROM {name} LIMIT 0",
        f"INSERT INTO redshift.physical SELECT {table}, '', '', ARRAY[]::text[] "
        f"WHERE NOT EXISTS (SELECT FROM redshift.physical WHERE tbl = {table})",
        f"UPDATE redshift.physical SET {changed} WHERE tbl = {table}",
    ]


def _primary_key(part: Sequence[Token]) -> list[Token]:
    """The columns of a table's PRIMARY KEY (…)."""
    words = [t.word for t in part]
    if words[:1] == ["constraint"]:
        part, words = part[2:], words[2:]
    return [t for t in part[3:] if t.word not in (",", ")")] if words[:3] == ["primary", "key", "("] else []


def _physical(given: Sequence[Token]) -> Physical:
    """Parse the attributes after the columns. Raises ServerError for one that Redshift does not have."""
    physical = Physical()
    at = 0
    while at < len(given):
        word, after = given[at].word, given[at + 1] if at + 1 < len(given) else None
        match word:
            case "diststyle" if after is not None and after.word in ("auto", "even", "key", "all"):
                physical.diststyle = "" if after.word == "auto" else after.word.upper()
                at += 2
            case "distkey" if after is not None and after.word == "(":
                physical.diststyle, physical.distkey = "KEY", given[at + 2].name
                at = closing(given, at + 1) + 1
            case "compound" | "interleaved":
                at += 1
            case "sortkey" if after is not None and after.word == "(":
                end = closing(given, at + 1)
                physical.sortkeys = [t.name for t in given[at + 2 : end] if t.word != ","]
                at = end + 1
            case "sortkey" | "encode" if after is not None and after.word == "auto":
                at += 2
            case "backup" if after is not None and after.word in ("yes", "no"):
                at += 2
            case ";":
                at += 1
            case _:
                raise syntax(given[at].text)
    return physical
