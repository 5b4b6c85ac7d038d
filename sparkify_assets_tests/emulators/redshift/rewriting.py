"""Translation of Redshift's SQL to PostgreSQL's, token by token: parts of dates, NVL, LISTAGG, MINUS, settings, QUALIFY.

Put here differences in queries. Do not put here DDL (ddl.py) or rejections (guards.py).
"""

from collections.abc import Sequence

from sparkify_assets_tests.emulators.redshift.errors import not_emulated
from sparkify_assets_tests.emulators.redshift.qualify import without_qualify
from sparkify_assets_tests.emulators.redshift.tokens import Token, closing, literal, split, tokens

DATE_FUNCTIONS = {"dateadd", "datediff", "date_part", "date_add", "date_diff"}
CALLED = {"nvl": "COALESCE", "isnull": "COALESCE"}
VALUES = {"sysdate": "(now() AT TIME ZONE 'UTC')", "current_namespace": "'8fb8d8b2-6a1c-4f4e-9f6d-2f7f0a3c5d1e'::varchar"}
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
        elif word in CALLED and after == "(":
            edits.append(_replace(told[at], CALLED[word]))
        elif word in VALUES and after != "(":
            edits.append(_replace(told[at], VALUES[word]))
        elif word == "decode" and after == "(":
            edits += _decode(sql, told, at)
        elif word == "median" and after == "(":
            edits += _median(told, at)
        elif word == "ratio_to_report" and after == "(":
            edits += _ratio_to_report(sql, told, at)
        elif word == "approximate" and after == "count":
            edits.append(_replace(told[at], ""))
        elif word == "top" and told[at + 1].kind == "number":
            edits += _top(told, at)
        elif word == "auto" and after == "refresh" and words[:2] == ["create", "materialized"]:
            edits.append((told[at].start, told[at + 2].end, ""))
        elif word == "nvl2" and after == "(":
            edits += _nvl2(told, at)
        elif word == "listagg" and after == "(":
            edits += _listagg(sql, told, at)
        elif word == "minus" and after in ("select", "(", "all"):
            edits.append(_replace(told[at], "EXCEPT"))
    return _edited(sql, edits)


def _replace(token: Token, text: str) -> Edit:
    return token.start, token.end, text


def _decode(sql: str, told: Sequence[Token], at: int) -> list[Edit]:
    """DECODE(a, b, c, …, d) is CASE WHEN a = b or both are NULL THEN c … ELSE d END."""
    end = closing(told, at + 1)
    value, *pairs = [f"({reworded_part(sql, p)})" for p in split(told[at + 2 : end])]
    whens = " ".join(f"WHEN {value} IS NOT DISTINCT FROM {b} THEN {c}" for b, c in zip(pairs[::2], pairs[1::2], strict=False))
    default = f" ELSE {pairs[-1]}" if len(pairs) % 2 else ""
    return [(told[at].start, told[end].end, f"CASE {whens}{default} END")]


def _median(told: Sequence[Token], at: int) -> list[Edit]:
    """MEDIAN(x) is PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY x)."""
    end = closing(told, at + 1)
    if [t.word for t in told[end + 1 : end + 2]] == ["over"]:
        raise not_emulated("MEDIAN … OVER")
    return [(told[at].start, told[at + 1].end, "percentile_cont(0.5) WITHIN GROUP (ORDER BY ")]


def _ratio_to_report(sql: str, told: Sequence[Token], at: int) -> list[Edit]:
    """RATIO_TO_REPORT(x) OVER (…) is x / SUM(x) OVER (…)."""
    end = closing(told, at + 1)
    value, last = f"({reworded_part(sql, told[at + 2 : end])})", told[closing(told, end + 2)]
    return [
        (told[at].start, told[end].end, f"({value}::double precision / nullif(SUM({value})"),
        (last.end, last.end, ", 0))"),
    ]


def _top(told: Sequence[Token], at: int) -> list[Edit]:
    """SELECT TOP n … is SELECT … LIMIT n."""
    depth, end = 0, at
    while end + 1 < len(told) and told[end + 1].word != ";":
        depth += {"(": 1, ")": -1}.get(told[end + 1].word, 0)
        if depth < 0:
            break
        if depth == 0 and told[end + 1].word in ("union", "except", "intersect", "minus"):
            raise not_emulated("TOP in a set operation")
        end += 1
    return [(told[at].start, told[at + 1].end, ""), (told[end].end, told[end].end, f" LIMIT {told[at + 1].text}")]


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


def reworded_part(sql: str, given: Sequence[Token]) -> str:
    """A part of a statement, translated."""
    part = sql[given[0].start : given[-1].end]
    return reworded(part, tokens(part))


def _edited(sql: str, edits: list[Edit]) -> str:
    """The SQL with the edits, except those inside of another."""
    outer = [e for e in edits if not any(o[0] <= e[0] and e[1] <= o[1] and o[1] - o[0] > e[1] - e[0] > 0 for o in edits)]
    for start, end, text in sorted(outer, reverse=True):
        sql = sql[:start] + text + sql[end:]
    return sql
