"""Texts that DuckDB's JSON reader may hand over spelt anew, since they were none in the file: what tells them, and what avoids them."""

from sqlglot import exp

from sparkify_assets.ingest.json_values import DECODER, JsonObject, json_text, normalize_constants
from sparkify_assets.model import Table
from sparkify_assets.warehouse.json_prescan import non_text_value, text_keys

REFORMATTED = r"(?s)0|-?[0-9]+[.eE].*|\[.*\]|\{.*\}"
NO_NUMBER_TEXT = "(?i)-?(nan|inf|infinity)"
FIRST_LETTERS = (("-", ":"), ("[", "\\"), ("{", "|"), *((two, two[0] + chr(ord(two[1]) + 1)) for two in "NA Na nA na IN In iN in".split()))
"""of what RESPELT and NO_NUMBER_TEXT are about: from the one to before the other (two where one would take in every NextSong)"""

USUAL_LETTERS = (("O", "["), ("A", "I"), ("J", "N"))
"""none of which is in FIRST_LETTERS"""


def may_be_reformatted(text: exp.Expr) -> exp.Expr:
    """Whether the text of a text column may have been something else in the file: DuckDB writes 1.50 as 1.5, 1e6 as 1000000.0.

    The first letter is compared before the expression is tried: it costs a tenth, and few texts begin with one of these.
    The letters that most begin with come first of all (a twentieth of the scan)."""
    usual = exp.or_(*(_between(text, low, high) for low, high in USUAL_LETTERS))
    first = exp.and_(usual.not_(), exp.or_(*(_between(text, low, high) for low, high in FIRST_LETTERS)))
    respelt = exp.and_(_matches(text, REFORMATTED), exp.func("JSON_VALID", text.copy()))
    return exp.and_(first, exp.or_(respelt, _matches(text, NO_NUMBER_TEXT)))


def _matches(text: exp.Expr, pattern: str) -> exp.Expr:
    return exp.func("REGEXP_FULL_MATCH", text.copy(), exp.Literal.string(pattern), dialect="duckdb")


def _between(text: exp.Expr, low: str, high: str) -> exp.Expr:
    return exp.and_(text.copy() >= exp.Literal.string(low), text.copy() < exp.Literal.string(high))


def with_text_as_strings(record: bytes, table: Table) -> bytes:
    """A sound record whose text columns hold nothing but strings: what else was there, as the JSON text it was delivered as."""
    if b"\\u" not in record and non_text_value(table).search(record) is None:
        return record
    members = DECODER.decode(normalize_constants(record.decode()))
    assert isinstance(members, JsonObject)
    keys = text_keys(table)
    others = {key: json_text(v) for key, v in members if key in keys and v is not None and type(v) is not str}
    return json_text(JsonObject((key, others.get(key, v)) for key, v in members)).encode() if others else record
