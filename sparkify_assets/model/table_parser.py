"""Parser: a folder below ``tables/`` → a Table.  Errors name the file, the line and the construct.

Put here what one folder may contain.  Do not put here relations between tables (catalog.py) or the analysis of SELECTs (transform.py).
"""

import difflib
import hashlib
import math
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast, get_args

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from sparkify_assets.errors import ModelError
from sparkify_assets.model.lookup_function import LookupFunction, lookup_function
from sparkify_assets.model.table import (
    LOAD_METADATA,
    LOOKUPS,
    REDSHIFT,
    REPORTS,
    STAGING,
    Check,
    Column,
    Layout,
    LayoutStyle,
    MatchRate,
    PartitionKind,
    Scope,
    Source,
    Table,
    tables_in,
)

T = exp.DType
TYPES = {T.SMALLINT, T.INT, T.BIGINT, T.DOUBLE, T.BOOLEAN, T.DATE, T.TIMESTAMP, T.VARCHAR, T.CHAR, T.DECIMAL}
LONGEST = {T.VARCHAR: 65535, T.CHAR: 4096}
"""bytes"""
SEVERITIES = ("error", "warning")
SCOPE_FORM = f"ALIAS = {' or '.join(get_args(Scope))}"
CHECK_SETTINGS = ("severity", "scope")
SEVERITY_WITHOUT_COLON = re.compile(rf"severity\s+({'|'.join(SEVERITIES)})", re.IGNORECASE)
CHECK_SETTING = re.compile(r"(\w+)\s*[:=]")
"""a setting at a check's head, or a misspelt one"""
ACCEPTED_VALUES = re.compile(r"(?i)\bCHECK\s*\(\s*\w+\s+IN\s*\((?:'(?:[^']|'')*'|[\s,])*\)\s*\)")
"""in table.sql"""
LAYOUT = (exp.DistStyleProperty, exp.DistKeyProperty, exp.SortKeyProperty)
FILES_OF_LAYER = {
    STAGING: ("source.toml", "person.toml"),
    LOOKUPS: ("texts.sql", "lookup.py"),
    LOAD_METADATA: (),
    REPORTS: ("transform.sql", "chart.json"),
}
"""besides table.sql and the folders; of other layers only transform.sql"""
UNIT_TESTS = "tests"
FOLDERS: Mapping[str, tuple[re.Pattern[str], str]] = {
    "checks": (re.compile(r".*\.sql|match_rate\.toml"), "NAME.sql or match_rate.toml"),
    UNIT_TESTS: (re.compile(r".*\.toml"), "NAME.toml"),
}
"""folder in a table's folder → the names of its files, and what to expect; only derived tables have unit tests"""
SOURCE_TEXTS = ("asset", "title", "folder", "pattern", "example")
TOML_TYPES: Mapping[type, str] = {str: "a text", bool: "true or false", dict: "a [section]", list: "an array"}


def read_table(folder: Path) -> Table:
    """Parse one table's folder.  Raises ModelError."""
    _refuse_other_files(folder)
    ddl = folder / "table.sql"
    create, *rest = _statements(ddl)
    if not isinstance(create, exp.Create) or not isinstance(create.this, exp.Schema) or create.kind != "TABLE":
        raise ModelError(f"{ddl}: expected CREATE TABLE name (columns) first, found {create.sql('redshift')[:80]}")
    name = create.this.this.name
    if create.this.this.db:
        raise ModelError(f"{ddl}: creates {create.this.this.sql('redshift')}; expected {name}: the schema is a setting of the warehouse")
    if name != folder.name:
        raise ModelError(f"{ddl}: creates table {name}, but lies in the folder {folder.name}; the two must be the same word")
    comments = _comments(ddl, name, rest)
    columns = tuple(_column(ddl, c, comments) for c in create.this.expressions if isinstance(c, exp.ColumnDef))
    unknown = set(comments) - {c.name for c in columns} - {""}
    if unknown or not comments.get(""):
        found = f"a comment on unknown column {min(unknown)}" if unknown else "none"
        raise ModelError(f"{ddl}: expected COMMENT ON TABLE and one COMMENT ON COLUMN each column, found {found}")
    if ignored := [e for e in create.this.expressions if not isinstance(e, exp.ColumnDef | exp.PrimaryKey | exp.UniqueColumnConstraint)]:
        raise ModelError(
            f"{ddl}: {ignored[0].sql('redshift')[:80]} is not supported; use PRIMARY KEY or UNIQUE, and REFERENCES and CHECK at the column"
        )
    primary_key, unique_key = _keys(ddl, create, {c.name for c in columns})
    layer, transform, texts = folder.parent.name, folder / "transform.sql", folder / "texts.sql"
    if transform.exists() == (layer in (STAGING, LOAD_METADATA, LOOKUPS)):
        raise ModelError(f"{folder}: a derived table needs transform.sql; staging, load_metadata and lookups have none")
    read = lookup_function(folder) if layer == LOOKUPS else None
    return Table(
        layer=layer,
        name=name,
        folder=folder,
        create=create,
        columns=columns,
        primary_key=primary_key,
        unique_key=unique_key,
        comment=comments[""],
        layout=_layout(ddl, create, {c.name for c in columns}),
        code_version=_code_version(folder, read),
        source=_source(folder, columns) if layer == STAGING else None,
        select=_select(transform, columns) if transform.exists() else None,
        texts=_query(texts) if read else None,
        person_column=_person_column(folder / "person.toml", columns),
        match_rate=_match_rate(folder / "checks" / "match_rate.toml", columns),
        checks=tuple(_check(p) for p in sorted((folder / "checks").glob("*.sql"))),
    )


def _keys(path: Path, create: exp.Create, columns: Collection[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The columns of PRIMARY KEY and those of UNIQUE; a table has at most one of the two."""
    declared = [e for e in create.this.expressions if isinstance(e, exp.PrimaryKey | exp.UniqueColumnConstraint)]
    if len(declared) > 1:
        found = " and ".join(e.sql("redshift") for e in declared)
        raise ModelError(f"{path}: found {found}; expected one key: PRIMARY KEY, or UNIQUE where one of its columns may be null")
    primary, unique = ([e for e in declared if isinstance(e, kind)] for kind in (exp.PrimaryKey, exp.UniqueColumnConstraint))
    keys = tuple(e.name for k in primary for e in k.expressions), tuple(e.name for k in unique for e in k.this.expressions)
    if undeclared := {*keys[0], *keys[1]} - set(columns):
        raise ModelError(f"{path}: {'PRIMARY KEY' if primary else 'UNIQUE'} names {min(undeclared)}, which is not a column")
    return keys


def _layout(path: Path, create: exp.Create, columns: Collection[str]) -> Layout:
    properties = create.args.get("properties")
    given = {type(p): p for p in (properties.expressions if properties else ())}
    if others := [p for kind, p in given.items() if kind not in LAYOUT]:
        raise ModelError(f"{path}: {others[0].sql('redshift')} is not supported; expected DISTSTYLE, DISTKEY and SORTKEY")
    style, key, sort = (given.get(kind) for kind in LAYOUT)
    if sort is not None and sort.args.get("compound"):
        raise ModelError(f"{path}: COMPOUND says nothing that SORTKEY does not; leave it out")
    sorted_by = tuple(c.name for c in sort.this) if sort else ()
    layout = Layout(style.name.upper() if style else "KEY" if key else "AUTO", key.name if key else None, sorted_by)
    if layout.style not in get_args(LayoutStyle) or (layout.style == "KEY") != (key is not None):
        raise ModelError(f"{path}: {layout}; expected DISTSTYLE KEY with DISTKEY (column), or AUTO, ALL or EVEN without it")
    if unknown := {layout.key, *layout.sort} - {None, *columns}:
        raise ModelError(f"{path}: {layout} names {min(map(str, unknown))}, which is not a column")
    return layout


def _refuse_other_files(folder: Path) -> None:
    """A misspelt file would have no effect, and nobody would be told."""
    layer = folder.parent.name
    of_layer = FILES_OF_LAYER.get(layer, ("transform.sql",))
    folders = [name for name in FOLDERS if name != UNIT_TESTS or "transform.sql" in of_layer]
    for path in sorted([*folder.glob("*"), *(path for name in folders for path in folder.glob(f"{name}/*"))]):
        if path.name.startswith((".", "__")) or path.name.endswith("~"):
            continue
        if path.parent == folder:
            known = path.name in ("table.sql", *of_layer, *folders)
            expected = ", ".join(("table.sql", *of_layer, *(f"{name}/" for name in folders)))
        else:
            names, expected = FOLDERS[path.parent.name]
            known = names.fullmatch(path.name)
        if not known:
            raise ModelError(f"{path}: has no effect here; a table of {layer} may have {expected}")


def _statements(path: Path) -> list[exp.Expr]:
    try:
        statements = [s for s in sqlglot.parse(_text(path), read=REDSHIFT) if s is not None]
    except SqlglotError as e:
        raise ModelError(f"{path}: not valid Redshift SQL: {_position(e)}") from e
    if not statements:
        raise ModelError(f"{path}: holds no statement")
    return statements


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")  # some editors write a byte order mark
    except FileNotFoundError as e:
        raise ModelError(f"{path}: the file is missing") from e
    except UnicodeDecodeError as e:
        raise ModelError(f"{path}: found byte 0x{e.object[e.start]:02x} at byte {e.start + 1}, expected UTF-8") from e


def _position(error: SqlglotError) -> str:
    """'line 3, column 7: …' without sqlglot's terminal colours."""
    first = (getattr(error, "errors", None) or [{}])[0]
    if "line" in first:
        return f"line {first['line']}, column {first['col']}: {first['description']} near {first['highlight']!r}"
    return str(error).splitlines()[0]


def _comments(path: Path, table: str, statements: list[exp.Expr]) -> dict[str, str]:
    """'' → the table's comment, column → its comment."""
    found: dict[str, str] = {}
    for s in statements:
        target = s.this if isinstance(s, exp.Comment) else None
        of_table = isinstance(target, exp.Table) and target.name == table
        of_column = isinstance(target, exp.Column) and target.table == table
        if not (of_table or of_column):
            raise ModelError(f"{path}: expected COMMENT ON TABLE {table} or COMMENT ON COLUMN {table}.…, found {s.sql('redshift')[:80]}")
        assert target is not None
        found["" if of_table else target.name] = s.expression.name
    return found


def _column(path: Path, node: exp.ColumnDef, comments: dict[str, str]) -> Column:
    kind = node.args.get("kind")
    where = f"{path}: column {node.name}"
    if not isinstance(kind, exp.DataType) or kind.this not in TYPES:
        raise ModelError(
            f"{where}: type {kind.sql('redshift') if kind else 'none'} is not among {', '.join(sorted(str(t.value) for t in TYPES))}"
        )
    if kind.this in (T.VARCHAR, T.CHAR) and not kind.expressions:
        raise ModelError(f"{where}: give VARCHAR its length in bytes (Redshift's default is 256)")
    if kind.this in LONGEST and not (kind.expressions[0].name.isdecimal() and 0 < int(kind.expressions[0].name) <= LONGEST[kind.this]):
        raise ModelError(f"{where}: {kind.sql('redshift')}; expected a length from 1 to {LONGEST[kind.this]}")
    if kind.this == T.DECIMAL and len(kind.expressions) != 2:
        raise ModelError(f"{where}: give DECIMAL precision and scale (Redshift's default is (18,0): no decimals)")
    for c in node.constraints:
        if not isinstance(c.kind, (exp.NotNullColumnConstraint, exp.Reference, exp.CheckColumnConstraint)):
            raise ModelError(f"{where}: constraint {c.sql('redshift')} is not supported; use NOT NULL, REFERENCES and CHECK")
    if not comments.get(node.name):
        raise ModelError(f"{where}: has no COMMENT ON COLUMN")
    target = node.find(exp.Reference)
    if target and not isinstance(target.this, exp.Schema):
        raise ModelError(f"{where}: references {target.this.name}; name its key as well: REFERENCES {target.this.name} (key)")
    references = (target.this.this.name, target.this.expressions[0].name) if target else None
    is_nullable = node.find(exp.NotNullColumnConstraint) is None
    return Column(node.name, kind, is_nullable, references, comments[node.name], _accepted_values(where, node, kind))


def _accepted_values(where: str, node: exp.ColumnDef, kind: exp.DataType) -> tuple[str, ...]:
    """The texts of CHECK (column IN (…)), which no engine is sent: a value that nobody expected is loaded."""
    checks = [c.kind for c in node.constraints if isinstance(c.kind, exp.CheckColumnConstraint)]
    if not checks:
        return ()
    listed = checks[0].this
    is_list = (
        isinstance(listed, exp.In)
        and isinstance(listed.this, exp.Column)
        and listed.this.name.lower() == node.name.lower()
        and listed.expressions
    )
    if len(checks) > 1 or kind.this not in LONGEST or not is_list or not all(e.is_string for e in listed.expressions):
        found = " ".join(c.sql("redshift") for c in checks)
        raise ModelError(
            f"{where}: {found}; expected CHECK ({node.name} IN ('a', 'b', …)) once, at a text column: the values that are expected of it. "
            "Any other claim is a file in checks/"
        )
    return tuple(e.name for e in listed.expressions)


def _query(path: Path) -> exp.Query:
    first, *more = _statements(path)
    if not isinstance(first, exp.Query) or more:
        raise ModelError(f"{path}: expected one SELECT, found {first.key.upper()}{' and more' if more else ''}")
    return first


def _select(path: Path, columns: tuple[Column, ...]) -> exp.Select:
    query = _query(path)
    if not isinstance(query, exp.Select):
        raise ModelError(f"{path}: expected one SELECT, found {query.key.upper()}")
    declared, given = [c.name for c in columns], query.named_selects
    if given != declared:
        raise ModelError(f"{path}: selects {', '.join(given)}; table.sql declares {', '.join(declared)}; names and order must agree")
    return query


def _check(path: Path) -> Check:
    """Parse a check.  The comment at its head holds the description, and lines such as

    -- severity: warning
    -- scope: anywhere = all partitions
    """
    severities: list[str] = []
    scopes: dict[str, Scope] = {}
    description: list[str] = []
    lines = _text(path).splitlines()
    head = list(takewhile(lambda line: not line.strip() or line.strip().startswith("--"), lines))
    for number, line in enumerate(head, start=1):
        text = line.strip().removeprefix("--").strip()
        if SEVERITY_WITHOUT_COLON.fullmatch(text):
            raise ModelError(f"{path}: line {number}: {text}; expected severity: {' or '.join(SEVERITIES)}, with a colon")
        setting = CHECK_SETTING.match(text)
        if setting is None or not difflib.get_close_matches(setting[1].lower(), CHECK_SETTINGS, cutoff=0.7):
            description.append(text)
        elif setting[0] == "severity:":
            severities.append(text.removeprefix(setting[0]).strip())
            if severities[-1] not in SEVERITIES:
                raise ModelError(f"{path}: line {number}: {text}; expected severity: {' or '.join(SEVERITIES)}")
        elif setting[0] == "scope:":
            alias, scope = _scope(path, number, text.removeprefix(setting[0]))
            scopes[alias] = scope
        else:
            raise ModelError(
                f"{path}: line {number}: {setting[0]} is not a setting of a check; expected severity: {' or '.join(SEVERITIES)}, or scope: "
                f"{SCOPE_FORM}. If it is part of the description, put another word before it"
            )
    for number, line in enumerate(lines[len(head) :], start=len(head) + 1):
        if setting := re.search(r"(?:--|/\*)\s*((severity|scope)\s*:.*?)(\*/|$)", line):
            raise ModelError(
                f"{path}: line {number}: {setting[1].strip()}; a setting has its effect at the head of the file only, after --"
            )
    if len(severities) > 1:
        raise ModelError(f"{path}: says severity: {' and severity: '.join(severities)}; expected it once")
    (severity,) = severities or ["error"]
    if not any(description):
        raise ModelError(f"{path}: found no description; expected a comment at its head that says what must hold")
    query = _query(path)
    return Check(path.stem, " ".join(filter(None, description)), lambda: query, tables_in(query), severity, path, scopes)


def _scope(path: Path, line: int, text: str) -> tuple[str, Scope]:
    """Whether the alias is one of the query's is checked where the other tables are known (catalog.py)."""
    alias, _, scope = (part.strip() for part in text.partition("="))
    if not alias or scope not in get_args(Scope):
        raise ModelError(f"{path}: line {line}: scope: {text.strip()}; expected scope: {SCOPE_FORM}")
    return alias, cast(Scope, scope)


def read_toml(path: Path) -> dict[str, Any]:
    """Raises ModelError for what is not TOML."""
    try:
        return tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError as e:
        raise ModelError(f"{path}: not valid TOML: {e}") from e


def require_keys(
    where: str, found: Mapping[str, Any], required: Mapping[str, type], optional: Mapping[str, type] = MappingProxyType({})
) -> None:
    """Raises ModelError for an unknown key, for a missing one, and for a value of another type."""
    known = {**required, **optional}
    if unknown := found.keys() - known.keys():
        alike = difflib.get_close_matches(min(unknown), known, n=1)
        raise ModelError(
            f'{where}: found the key "{min(unknown)}"; the keys are {", ".join(known)}{f"; is {alike[0]} meant?" if alike else ""}'
        )
    if missing := [key for key in required if key not in found]:
        raise ModelError(f'{where}: the key "{missing[0]}" is missing; required are {", ".join(required)}')
    for key, value in found.items():
        if not isinstance(value, known[key]):
            raise ModelError(f"{where}: {key} is {value!r}; expected {TOML_TYPES[known[key]]}")
        if value == "":
            raise ModelError(f"{where}: {key} is empty; expected a text")


def _source(folder: Path, columns: tuple[Column, ...]) -> Source:
    path = folder / "source.toml"
    raw = read_toml(path)
    require_keys(
        str(path), raw, {**dict.fromkeys(SOURCE_TEXTS, str), "partition": dict, "columns": dict}, {"range": dict, "one_record_a_file": bool}
    )
    require_keys(f"{path}: [partition]", raw["partition"], {"column": str, "kind": str})
    require_keys(f"{path}: [columns]", raw["columns"], dict.fromkeys(raw["columns"], str))
    by_name = {c.name: c for c in columns}
    source = Source(
        **{key: raw[key] for key in SOURCE_TEXTS},
        partition=raw["partition"]["column"],
        partition_kind=raw["partition"]["kind"],
        keys=raw["columns"],
        ranges={name: _range(f"{path}: [range] {name}", limits, by_name.get(name)) for name, limits in raw.get("range", {}).items()},
        one_record_a_file=raw.get("one_record_a_file", False),
    )
    try:
        groups = re.compile(source.pattern).groupindex
    except re.error as e:
        raise ModelError(f"{path}: pattern is not a regular expression: {e}") from e
    if not re.fullmatch(r"[A-Za-z]\w*", source.asset, re.ASCII):
        raise ModelError(
            f"{path}: asset is {source.asset!r}; expected letters, digits and underscores: it names the asset, its sensor and job"
        )
    if source.folder.startswith("/") or ".." in source.folder.split("/"):
        raise ModelError(f"{path}: folder is {source.folder!r}; expected a folder below the lake")
    if not re.fullmatch(source.pattern, source.example):
        raise ModelError(f"{path}: example is {source.example!r}, which the pattern does not match")
    if "partition" not in groups:
        raise ModelError(f"{path}: pattern has no group (?P<partition>…), so that a file's partition cannot be told")
    expected = [name for name in by_name if name != source.partition]
    if list(source.keys) != expected or source.partition not in by_name:
        raise ModelError(
            f"{path}: [columns] names {', '.join(source.keys)}; table.sql declares {', '.join(expected)} besides {source.partition}"
        )
    kind, column = source.partition_kind, by_name[source.partition]
    if kind not in get_args(PartitionKind) or (kind == "day") != column.type.is_type("DATE"):
        raise ModelError(
            f"{path}: [partition] kind is {kind!r}; expected 'day' for a DATE column, 'letter' for a text; the column {source.partition} "
            f"is {column.type.sql('redshift')}"
        )
    return source


def _range(where: str, limits: Any, column: Column | None) -> tuple[float, float]:
    if column is None:
        raise ModelError(f"{where}, which is not a column of table.sql")
    if not column.type.is_type(*exp.DataType.NUMERIC_TYPES):
        raise ModelError(f"{where}: the column is {column.type.sql('redshift')}; only a number has a range")
    numbers = isinstance(limits, list) and len(limits) == 2 and all(isinstance(n, int | float) and not isinstance(n, bool) for n in limits)
    if not numbers or not -math.inf < limits[0] <= limits[1] < math.inf:
        raise ModelError(f"{where} is {limits}; expected [smallest number, largest number]")
    if column.integer_limits:
        smallest, largest = column.integer_limits
        if not all(isinstance(n, int) and smallest <= n <= largest for n in limits):
            raise ModelError(
                f"{where} is {limits}; expected whole numbers of its type, {column.type.sql('redshift')}: {smallest} to {largest}"
            )
    return limits[0], limits[1]


def _person_column(path: Path, columns: tuple[Column, ...]) -> str | None:
    """The column that says whose record it is; None where the table declares none.  It is no part of the code version: no row follows from
    it.
    """
    if not path.exists():
        return None
    raw = read_toml(path)
    require_keys(str(path), raw, {"column": str})
    if raw["column"] not in (names := [c.name for c in columns]):
        raise ModelError(f"{path}: column is {raw['column']}, which is not a column of the table; expected one of {', '.join(names)}")
    return raw["column"]


def _match_rate(path: Path, columns: tuple[Column, ...]) -> MatchRate | None:
    """The declaration of a match rate check; None where the table has none."""
    if not path.exists():
        return None
    raw = read_toml(path)
    require_keys(str(path), raw, {"method_column": str, "as_delivered": str})
    declared = MatchRate(**raw)
    by_name = {c.name: c for c in columns}
    method = by_name.get(declared.method_column)
    if method is None:
        raise ModelError(
            f"{path}: method_column is {declared.method_column}, which is not a column of the table; expected one of {', '.join(by_name)}"
        )
    if not method.nullable or not method.max_bytes:
        raise ModelError(f"{path}: method_column is {method.name}; expected a text that may be null: null says that a row found nothing")
    return declared


def _code_version(folder: Path, lookup: LookupFunction | None) -> str:
    """Short digest of what determines the table's rows: columns and key, transform.sql, texts.sql, source.toml and the lookup's code.

    Checks, accepted values, comments and the layout are no part of it.  It digests the tokens as they are written: what sqlglot makes of
    them may change with its version.
    """
    columns = ACCEPTED_VALUES.sub("", _text(folder / "table.sql"))
    parts = [" ".join(_until_closed(_tokens(columns)))]
    parts += [" ".join(_tokens(_text(path))) for path in (folder / "transform.sql", folder / "texts.sql") if path.exists()]
    parts += [_text(path) for path in (folder / "source.toml", *([lookup.path] if lookup else [])) if path.exists()]
    parts += [lookup.version] if lookup else []
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def _tokens(sql: str) -> list[str]:
    """The tokens as they are written, without comments."""
    return [sql[t.start : t.end + 1] for t in REDSHIFT.tokenize(sql)]


def _until_closed(tokens: Sequence[str]) -> Iterator[str]:
    """The tokens up to the parenthesis that closes the first one."""
    depth = 0
    for token in tokens:
        yield token
        depth += {"(": 1, ")": -1}.get(token, 0)
        if token == ")" and depth == 0:
            return
