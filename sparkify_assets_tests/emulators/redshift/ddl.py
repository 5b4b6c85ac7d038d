"""CREATE TABLE and ALTER TABLE for PostgreSQL: clauses that only Redshift has are removed or emulated (docs/design/redshift-facts.md).

Redshift records keys but does not enforce them, so they are removed. Its VARCHAR lengths are in bytes, so each such column gets a CHECK.

Put here statements and table attributes. Do not put here a column's definition (ddl_columns.py).
"""

from collections.abc import Sequence

from sparkify_assets_tests.emulators.redshift.ddl_columns import (
    Physical,
    Reference,
    after_name,
    byte_check,
    element,
    names,
    reference,
    type_of,
)
from sparkify_assets_tests.emulators.redshift.errors import ServerError, syntax
from sparkify_assets_tests.emulators.redshift.rewriting import reworded_part
from sparkify_assets_tests.emulators.redshift.tokens import Token, closing, literal, quoted, split


def create(sql: str, told: Sequence[Token]) -> list[str] | None:
    """Statements for CREATE TABLE with columns or with attributes, and for a view without binding; None for any other CREATE."""
    told = told[:-1] if told[-1].word == ";" else told
    words = [t.word for t in told]
    if words[-4:] == ["with", "no", "schema", "binding"]:
        at = words.index("as")
        query = reworded_part(sql, told[at + 1 : -4])
        return [f"SELECT redshift.late_view({literal(sql[: told[at].start])}, {literal(query)})"]
    if "table" not in words[:4]:
        return None
    at = words.index("table") + 1
    exists = words[at : at + 3] == ["if", "not", "exists"]
    at += 3 * exists
    begin = at
    at = after_name(told, at)
    name = sql[told[begin].start : told[at - 1].end]
    end = closing(told, at) if at < len(told) and told[at].word == "(" else at - 1
    as_ = words.index("as", end) if "as" in words[end:] else 0
    if as_ == end + 1:  # no attributes
        return None
    physical = Physical()
    if as_:
        _attributes(told[end + 1 : as_], physical)
        made = f"{sql[: told[end].end]} {reworded_part(sql, told[as_:])}"
        physical.others = True
    elif at >= len(told) or told[at].word != "(":
        return None
    else:
        parts = [p for p in split(told[at + 1 : end]) if p]
        keys = {t.name for p in parts for t in _primary_key(p)}
        _attributes(told[end + 1 :], physical)
        columns = [c for c in (element(sql, p, keys, physical, told[at - 1].name) for p in parts) if c]
        temporary = "TEMPORARY " if {"temp", "temporary"} & set(words[:3]) else ""
        made = f"CREATE {temporary}TABLE {'IF NOT EXISTS ' * exists}{name} ({', '.join(columns)})"
    physical.check()
    steps = [made]
    if physical.diststyle or physical.sortkeys:
        sortkeys = f"ARRAY[{', '.join(map(literal, physical.sortkeys))}]::text[]"
        declared = f"{literal(physical.diststyle)}, {literal(physical.distkey)}, {sortkeys}"
        new = f"NOT EXISTS (SELECT FROM redshift.physical WHERE tbl = {literal(name)}::regclass)"
        steps.append(f"INSERT INTO redshift.physical SELECT {literal(name)}::regclass, {declared} WHERE {new}")
    new = f"NOT EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE contype = 'f' AND conrelid = {literal(name)}::regclass)"
    if physical.references:
        steps.append(f"SELECT {', '.join(_refer(name, r) for r in physical.references)} WHERE {new}")
    return steps


def _refer(table: str, given: Reference) -> str:
    columns, referred = (f"ARRAY[{', '.join(map(literal, names))}]" for names in (given.columns, given.referred))
    return f"redshift.refer({literal(table)}, {columns}, {literal(given.parent)}, {referred})"


def create_tag(told: Sequence[Token]) -> tuple[str, bool, str]:
    """The remaining fields of a Run: tag, commits, outside."""
    words = [t.word for t in told]
    if "view" in words[:4]:
        return "CREATE VIEW", False, ""
    return ("SELECT" if "select" in words else "CREATE TABLE"), False, ""


def alter_table(sql: str, told: Sequence[Token]) -> tuple[list[str], str, bool, str] | None:
    """The fields of a Run for ADD COLUMN, ALTER COLUMN TYPE and APPEND FROM; None for statements that PostgreSQL accepts unchanged."""
    begin = 2
    at = after_name(told, begin)
    name = sql[told[begin].start : told[at - 1].end]
    words = [t.word for t in told[at:]]
    if words[:2] == ["append", "from"]:
        source = sql[told[at + 2].start : told[after_name(told, at + 2) - 1].end]
        return [f"INSERT INTO {name} SELECT * FROM {source}", f"DELETE FROM {source}"], "ALTER TABLE APPEND", False, "ALTER TABLE APPEND"
    if len(split(told[at:])) > 1:
        raise syntax(",")
    if words[:1] == ["add"] and words[1:2] not in (["constraint"], ["primary"], ["foreign"], ["unique"]):
        rest = told[at + 1 + (words[1] == "column") :]
        column = element(sql, rest, set(), Physical(), told[at - 1].name)
        if "NOT NULL" in column and "default" not in words:
            raise ServerError("ALTER TABLE ADD COLUMN defined as NOT NULL must have a non-null default expression", "0A000")
        return [f"ALTER TABLE {name} ADD COLUMN {column}"], "ALTER TABLE", False, ""
    if words[:1] == ["add"] and "foreign" in words[:4]:
        begin = words.index("(")
        end = closing(told, at + begin)
        made = _refer(name, reference(sql, names(told[at + begin : end]), told[end + 1 :]))
        return [f"SELECT {made}"], "ALTER TABLE", False, ""
    if words[:1] == ["add"]:  # a key, which is not enforced
        return [f"SELECT 1 FROM {name} LIMIT 0"], "ALTER TABLE", False, ""
    if words[:1] == ["alter"] and words[1:2] in (["sortkey"], ["diststyle"], ["distkey"], ["compound"]):
        return _alter_layout(name, told[at + 1 :]), "ALTER TABLE", False, ""
    if words[:2] == ["alter", "encode"]:
        return [f"SELECT 1 FROM {name} LIMIT 0"], "ALTER TABLE", False, ""
    if words[:1] == ["alter"]:
        return _alter_column(sql, told[at + 1 + (words[1] == "column") :], name)
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


def _alter_column(sql: str, given: Sequence[Token], table: str) -> tuple[list[str], str, bool, str] | None:
    words = [t.word for t in given]
    if words[1:2] in (["set"], ["drop"]) and words[2:3] in (["not"], ["default"]):
        what = f"{words[1].upper()} NOT NULL" if words[2] == "not" else "SET/DROP DEFAULT"
        raise ServerError(f"ALTER COLUMN {what} is not supported", "0A000")
    if words[1:2] != ["type"]:
        return None
    if "using" in words:
        raise ServerError("ALTER TABLE ALTER COLUMN does not support USING expression", "0A000")
    column = given[0].name
    changed, limit = type_of(sql, given[2:])
    if not limit:
        raise ServerError(f'cannot alter column "{column}" of relation "{table}": only the size of a VARCHAR can be changed', "0A000")
    bytes_ = quoted("bytes of " + column)
    steps = f"DROP CONSTRAINT IF EXISTS {bytes_}, ALTER COLUMN {quoted(column)} TYPE {changed}, ADD {byte_check(column, limit)}"
    check = f"SELECT redshift.is_text({literal(table)}, {literal(column)})"
    return [check, f"ALTER TABLE {table} {steps}"], "ALTER TABLE", False, "ALTER TABLE ALTER COLUMN"


def _primary_key(part: Sequence[Token]) -> list[Token]:
    """The columns of a table's PRIMARY KEY (…)."""
    words = [t.word for t in part]
    if words[:1] == ["constraint"]:
        part, words = part[2:], words[2:]
    return [t for t in part[3:] if t.word not in (",", ")")] if words[:3] == ["primary", "key", "("] else []


def _attributes(given: Sequence[Token], physical: Physical) -> None:
    """Parse the attributes after the columns. Raises ServerError for one that Redshift does not have."""
    at = 0
    while at < len(given):
        word, after = given[at].word, given[at + 1] if at + 1 < len(given) else None
        match word:
            case "diststyle" if after is not None and after.word in ("auto", "even", "key", "all"):
                physical.diststyle = "" if after.word == "auto" else after.word.upper()
                at += 2
            case "distkey" if after is not None and after.word == "(":
                physical.distribute_by(given[at + 2].name)
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
