"""Translation of Redshift's SQL to PostgreSQL's, token by token: parts of dates, NVL, LISTAGG, MINUS, settings, QUALIFY.

Put here differences in queries. Do not put here DDL (ddl.py) or rejections (guards.py).
"""

from collections.abc import Sequence

from sparkify_assets_tests.emulators.redshift.qualify import without_qualify
from sparkify_assets_tests.emulators.redshift.tokens import Token, closing, literal, split, tokens

DATE_FUNCTIONS = {"dateadd", "datediff", "date_part", "date_add", "date_diff"}
SAME = {"nvl": "COALESCE", "sysdate": "(now() AT TIME ZONE 'UTC')"}
SETTINGS = set(
    "query_group enable_result_cache_for_session enable_case_sensitive_identifier wlm_query_slot_count "
    "error_on_nondeterministic_update describe_field_name_in_uppercase json_serialization_enable analyze_threshold_percent".split()
)
Edit = tuple[int, int, str]


def reworded(sql: str, told: Sequence[Token]) -> str:
    """The statement for PostgreSQL. Raises ServerError if QUALIFY cannot be translated."""
    words = [t.word for t in told]
    if "qualify" in words:
        sql = without_qualify(sql)
        told = tokens(sql)
        words = [t.word for t in told]
    edits: list[Edit] = []
    for at, word in enumerate(words):
        after = words[at + 1] if at + 1 < len(words) else ""
        if word in SETTINGS and words[0] in ("set", "show", "reset") and at <= 2:
            edits.append(_replace(told[at], f"redshift.{word}"))
        elif word in DATE_FUNCTIONS and after == "(" and at + 2 < len(words) and told[at + 2].kind == "word":
            edits.append(_replace(told[at + 2], literal(words[at + 2])))
            if word == "date_part":
                edits.append(_replace(told[at], "redshift.part"))
        elif (word == "nvl" and after == "(") or (word == "sysdate" and after != "("):
            edits.append(_replace(told[at], SAME[word]))
        elif word == "nvl2" and after == "(":
            edits += _nvl2(told, at)
        elif word == "listagg" and after == "(":
            edits += _listagg(sql, told, at)
        elif word == "minus" and after in ("select", "(", "all"):
            edits.append(_replace(told[at], "EXCEPT"))
    return _edited(sql, edits)


def _replace(token: Token, text: str) -> Edit:
    return token.start, token.end, text


def _nvl2(told: Sequence[Token], at: int) -> list[Edit]:
    """NVL2(a, b, c) is CASE WHEN a IS NOT NULL THEN b ELSE c END."""
    end = closing(told, at + 1)
    first, second, _ = split(told[at + 2 : end])
    return [
        (told[at].start, told[at + 1].end, "CASE WHEN ("),
        (first[-1].end, second[0].start, ") IS NOT NULL THEN ("),
        (second[-1].end, second[-1].end + 1, ") ELSE ("),
        (told[end].start, told[end].end, ") END"),
    ]


def _listagg(sql: str, told: Sequence[Token], at: int) -> list[Edit]:
    """LISTAGG(x, ',') WITHIN GROUP (ORDER BY y) is string_agg(x, ',' ORDER BY y)."""
    end = closing(told, at + 1)
    edits = [_replace(told[at], "string_agg")]
    separator = "" if len(split(told[at + 2 : end])) > 1 else ", ''"
    order = ""
    if [t.word for t in told[end + 1 : end + 4]] == ["within", "group", "("]:
        last = closing(told, end + 3)
        order = " " + sql[told[end + 4].start : told[last].start]
        edits.append((told[end + 1].start, told[last].end, ""))
    if separator or order:
        edits.append((told[end].start, told[end].start, separator + order))
    return edits


def _edited(sql: str, edits: list[Edit]) -> str:
    for start, end, text in sorted(edits, reverse=True):
        sql = sql[:start] + text + sql[end:]
    return sql
