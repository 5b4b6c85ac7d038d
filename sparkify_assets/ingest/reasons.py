"""The reason of a rejected record, without the value that it quotes.

A reason reads "userId: found "abc", expected a whole number from 0 to 10" (validation.py, field_rules.py, json_records.py).  What was
found is the record's; the key, the expectation, sizes and positions are not.

Put here what of a reason is a value of the record.  Do not put here whether it is shown (warehouse/row_values.py).
"""

import re

NOT_SHOWN = "not shown: SPARKIFY_SHOW_ROWS is off"
EXPECTED = ", expected "
FOUND = re.compile(r"(?:[^\s:]+: )?found ")
WITHOUT_VALUE = re.compile(
    r'null|nothing \(the key is missing\)|empty text \(""\)|the key \d+ times in one object|a record of \d+ bytes|true|false'
    r"|byte 0x[0-9a-f]{2} at byte \d+ of the record|a JSON (?:array|number|string)|the end of the (?:file|line) \([^\"()]*\)"
)
"""what was found, where it quotes nothing"""
BEFORE_VALUE = re.compile(r"(\d+ bytes): |(a NUL character) in |(half a character) in ")
AFTER_VALUE = re.compile(r" (at character \d+ \([^\"()]*\))\Z")
OF_COPY = re.compile(r"rejected by COPY: .* \((error \d+)\)", re.DOTALL)


def without_value(reason: str) -> str:
    """The reason with its key, its kind, sizes, positions and the expectation.  Of a text of another form nothing is left."""
    if of_copy := OF_COPY.fullmatch(reason):
        return f"rejected by COPY ({of_copy[1]}; its words are {NOT_SHOWN})"
    begin, (found, expected, rest) = FOUND.match(reason), reason.rpartition(EXPECTED)
    if begin is None or not expected:
        return f"a reason that is {NOT_SHOWN}"
    return f"{begin[0]}{_kind(found[begin.end() :])}{expected}{rest}"


def _kind(found: str) -> str:
    if WITHOUT_VALUE.fullmatch(found):
        return found
    if before := BEFORE_VALUE.match(found):
        return f"{next(filter(None, before.groups()))} ({NOT_SHOWN})"
    after = AFTER_VALUE.search(found)
    return f"a text {after[1]} ({NOT_SHOWN})" if after else f"a value ({NOT_SHOWN})"
