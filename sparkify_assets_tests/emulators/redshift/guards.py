"""Statements that PostgreSQL accepts and Redshift rejects, found before PostgreSQL gets them (docs/design/redshift-facts.md).

Put here rejections. Do not put here translations (rewriting.py, ddl.py).
"""

from collections.abc import Callable, Sequence
from decimal import Decimal

from sparkify_assets_tests.emulators.redshift.errors import ServerError, not_emulated, syntax
from sparkify_assets_tests.emulators.redshift.tokens import Token

FUNCTIONS = set(
    "string_agg array_agg generate_series json_agg jsonb_agg json_build_object jsonb_build_object row_to_json to_jsonb every corr div "
    "width_bucket encode convert_from format regexp_matches regexp_split_to_table regexp_split_to_array clock_timestamp pg_sleep "
    "justify_days justify_hours justify_interval unnest pg_advisory_lock pg_advisory_xact_lock gen_random_uuid make_date make_timestamp "
    "to_regclass".split()
)
TYPES = set("bit json jsonb uuid money serial bigserial smallserial inet cidr xml hstore".split())
CREATED = set("index sequence trigger domain extension rule unlogged policy collation aggregate type".split())
TAKE_PARAMETERS = set("select insert update delete with ( values explain".split())
"""The guide has parameters in SELECT, INSERT, UPDATE and DELETE (PREPARE); whether CREATE TABLE AS takes any is unknown."""
DIGITS = 38
"""Of a NUMERIC; whether a literal with an exponent is one is not told, so a longer one is refused."""
WIDEST = {"char": 4096, "varchar": 65535}
"""Bytes of a text."""
SIZED = set("numeric decimal char character nchar varchar nvarchar timestamp timestamptz".split())
LISTED = set("tables schemas databases columns datashares grants procedures functions parameters constraints view external".split())
"""SHOW commands."""
NAMED = {"unload": "UNLOAD", "farmfingerprint64": "FARMFINGERPRINT64", "pivot": "PIVOT", "unpivot": "UNPIVOT"}
FIRST = set("savepoint release listen notify unlisten do reindex cluster checkpoint".split())


def check(told: Sequence[Token]) -> None:
    """Raises ServerError for a statement that only PostgreSQL would run."""
    words = [t.word for t in told]
    if not words:
        return
    if words[0] in FIRST:
        raise syntax(told[0].text)
    if words[0] not in TAKE_PARAMETERS and (bound := next((t.text for t in told if t.kind == "parameter"), None)):
        raise ServerError(f"there is no parameter {bound}", "42P02")
    for token in told:
        if token.kind == "number" and _digits(token.text) > DIGITS:
            raise ServerError(f"the number {token.text} has more than {DIGITS} digits", "22003")
        if token.kind == "text" and len(token.value.encode()) > WIDEST["varchar"]:
            raise ServerError("Value too long for character type")
    _check_emulated(words)
    if words[0] == "create" and (found := CREATED & set(words[1:4])):
        raise ServerError(f"CREATE {found.pop().upper()} is not supported", "0A000")
    if words[0] == "rollback" and "to" in words[:4]:
        raise ServerError("SAVEPOINT is not supported", "0A000")
    if words[0] == "merge":
        _check_merge(told, words)
    if words[0] == "delete":
        _check_delete(told, words)
    if words[0] == "explain" and words[1:2] in (["analyze"], ["("]):
        raise syntax(told[1].text)
    if words[0] in ("create", "alter") and words[1:2] == ["user"]:
        _check_password(told, words)
    for at, word in enumerate(words):
        rule = RULES.get(word)
        if rule and rule(words, at):
            raise syntax(told[at].text)
        after = words[at + 1 : at + 2]
        if word in ("except", "intersect", "minus") and after == ["all"]:
            raise ServerError(f"{word.upper()} ALL is not supported", "0A000")
        if word == "for" and after in (["update"], ["share"]):
            raise ServerError("SELECT FOR UPDATE/SHARE is not supported", "0A000")
        if word == "~" and after == ["*"]:
            raise ServerError("operator does not exist: ~*", "42883")
        if word in SIZED:
            _check_length(told, words, at)
        if word in FUNCTIONS and words[at + 1 : at + 2] == ["("] and words[at - 1 : at] != ["."]:
            raise ServerError(f"function {word}() does not exist", "42883")
        if word in TYPES and at and words[at - 1] in ("::", "as"):
            if words[at - 1] == "as" and not _in_cast(words, at):
                continue
            raise ServerError(f'type "{word}" does not exist', "42704")


def _check_emulated(words: list[str]) -> None:
    """Raises ServerError for what Redshift takes and this server does not."""
    for at, word in enumerate(words):
        after = words[at + 1] if at + 1 < len(words) else ""
        if word in NAMED and (after == "(" or word == words[0]):
            raise not_emulated(NAMED[word])
        if word == "#" and words[at - 1] in ("from", "join", "into", "table", "update", "exists", ","):
            raise not_emulated("names of temporary tables with #: CREATE TEMPORARY TABLE has the same effect")
        if word == "super" and at and words[at - 1] in ("::", "as") and words[0] not in ("create", "alter"):
            raise not_emulated("CAST to SUPER")
        if word == "approximate" and after != "count":
            raise not_emulated("APPROXIMATE with other functions than COUNT")
    if words[0] == "show" and words[1:2] and words[1] in LISTED:
        raise not_emulated(f"SHOW {words[1].upper()}")
    if words[:2] == ["analyze", "compression"]:
        raise not_emulated("ANALYZE COMPRESSION")
    if words[0] == "merge" and words[-2:] == ["remove", "duplicates"]:
        raise not_emulated("MERGE … REMOVE DUPLICATES")


def _check_length(told: Sequence[Token], words: list[str], at: int) -> None:
    """The length or precision of a type."""
    word = words[at]
    varying = words[at + 1 : at + 2] == ["varying"]
    opening = at + 1 + varying
    if words[opening : opening + 1] != ["("] or told[opening + 1].kind != "number":
        return
    given = int(Decimal(told[opening + 1].text))
    if word.startswith("timestamp"):
        raise ServerError("timestamp or timestamptz do not support precision.", "0A000")
    if word in ("numeric", "decimal"):
        if not 1 <= given <= DIGITS:
            raise ServerError(f"NUMERIC precision {given} must be between 1 and {DIGITS}", "22023")
        return
    kind = "varchar" if varying or "var" in word else "char"
    if given > WIDEST[kind]:
        raise ServerError(f"length for type {kind} cannot exceed {WIDEST[kind]}", "22023")


def _check_delete(told: Sequence[Token], words: list[str]) -> None:
    """DELETE [FROM] t [USING …] [WHERE …]: the target has no alias."""
    at = 2 if words[1:2] == ["from"] else 1
    while words[at + 1 : at + 2] == ["."]:
        at += 2
    if words[at + 1 : at + 2] and words[at + 1] not in ("using", "where", ";"):
        raise syntax(told[at + 1].text)


def _digits(number: str) -> int:
    """Of a literal, written without an exponent."""
    _, digits, exponent = Decimal(number).as_tuple()
    assert isinstance(exponent, int)
    return max(len(digits) + exponent, len(digits), -exponent)


def _check_password(told: Sequence[Token], words: list[str]) -> None:
    """The rule of CREATE USER in the guide: 8 to 64 of the characters 33 to 126 except ' " \\ / @, with an upper-case letter, a lower-case
    letter and a digit.
    """
    for at, word in enumerate(words[:-1]):
        text = told[at + 1].text
        if word != "password" or not text.startswith("'") or text.startswith("'md5"):
            continue
        password = text[1:-1]
        sound = 8 <= len(password) <= 64 and all(33 <= ord(c) <= 126 and c not in "'\"\\/@" for c in password)
        if not sound or not all(any(kind(c) for c in password) for kind in (str.isupper, str.islower, str.isdigit)):
            raise ServerError("the password is not one that CREATE USER takes", "22023")


def _in_cast(words: list[str], at: int) -> bool:
    depth = 0
    for i in range(at - 1, 0, -1):
        depth += {")": 1, "(": -1}.get(words[i], 0)
        if depth < 0:
            return words[i - 1] == "cast"
    return False


def _follows(*ahead: str) -> Callable[[list[str], int], bool]:
    return lambda words, at: words[at + 1 : at + 1 + len(ahead)] == list(ahead)


def _distinct(words: list[str], at: int) -> bool:
    """DISTINCT ON (…), and IS [NOT] DISTINCT FROM."""
    return words[at + 1 : at + 3] == ["on", "("] or (words[at + 1 : at + 2] == ["from"] and words[at - 1] in ("is", "not"))


def _returning(words: list[str], at: int) -> bool:
    return at > 0 and words[0] in ("insert", "update", "delete", "merge", "with")


def _values(words: list[str], at: int) -> bool:
    """VALUES as a table or a statement; only INSERT … VALUES is allowed."""
    return at == 0 or (words[at - 1] == "(" and (words[0] != "insert" or "from" in words[:at]))


def _fetch(words: list[str], at: int) -> bool:
    return at > 0 and words[at + 1 : at + 2] in (["first"], ["next"])


def _set_of_columns(words: list[str], at: int) -> bool:
    """UPDATE … SET (a, b) = …"""
    return words[0] == "update" and words[at - 1] == "set"


RULES: dict[str, Callable[[list[str], int], bool]] = {
    "on": _follows("conflict"),
    "returning": _returning,
    "distinct": _distinct,
    "filter": _follows("("),
    "lateral": lambda words, at: at > 0 and words[at - 1] in ("join", ",", "from"),
    "array": _follows("["),
    "[": lambda words, at: True,
    "check": _follows("("),
    "exclude": _follows("using"),
    "values": _values,
    "tablesample": lambda words, at: True,
    "inherits": _follows("("),
    "fetch": _fetch,
    "(": _set_of_columns,
    "in": lambda words, at: words[0] == "lock",
    "window": lambda words, at: words[at + 2 : at + 4] == ["as", "("],
}


def _check_merge(told: Sequence[Token], words: list[str]) -> None:
    """MERGE INTO t USING s [[AS] a] ON … with both WHENs, or REMOVE DUPLICATES (docs/design/redshift-facts.md)."""
    at = 2 if words[1] == "into" else 1
    while words[at + 1] == ".":
        at += 2
    if words[at + 1] != "using":
        raise syntax(told[at + 1].text)  # an alias of the target
    if words[at + 2] == "(":
        raise syntax("(")
    matched = [i for i, w in enumerate(words) if w == "when"]
    heads = sorted("not matched" if words[i + 1] == "not" else "matched" for i in matched)
    if heads != ["matched", "not matched"]:
        raise ServerError("MERGE requires exactly one WHEN MATCHED and one WHEN NOT MATCHED clause", "42601")
    for i in matched:
        then = i + (3 if words[i + 1] == "not" else 2)
        if words[then] != "then" or words[then + 1] == "do":
            raise syntax(told[then].text if words[then] != "then" else "do")
