"""Names decoded wrongly on their way (UTF-8 read as another encoding, once or several times: ``BjÃ¶rk``), repaired by ftfy.

Certain is a repair only if it can be undone: told wrongly again in the same steps, the repaired name must give the broken one,
character by character.  ftfy offers more (lost bytes guessed, typographic characters made plain); a guess is not taken.
"""

import unicodedata

from ftfy import fix_encoding_and_explain
from ftfy.badness import is_bad

PACKAGE = "ftfy"
REPLACEMENT = "\ufffd"
"""what decoders put where they could not read: what stood there is lost"""


def read(text: str) -> tuple[str | None, ...] | None:
    """The name repaired and how; (None, why not) where it looks broken and cannot be repaired with certainty; None for a sound one."""
    repaired, steps = fix_encoding_and_explain(text)
    if repaired == text:
        return (None, "looks broken, and no encoding explains it") if is_bad(text) or REPLACEMENT in text else None
    codecs = [step.parameter for step in steps or [] if step.action == "encode"]
    # ftfy stops where a name looks like one (SÃ¥ng); what was told wrongly once, and can be by the same codec again, was told so twice
    while codecs and (again := _undone(repaired, codecs[-1])):
        repaired, codecs = again, [*codecs, codecs[-1]]
    if not _is_sound(repaired) or _broken_again(repaired, codecs) != text:
        return None, f"looks like {repaired!r}, which a guess would be"[:200]
    return repaired, "UTF-8 read as " + ", then as ".join(reversed(codecs))


def _is_sound(text: str) -> bool:
    """Nothing was lost, nothing looks broken still, and there is no character that no name has."""
    return not is_bad(text) and not any(unicodedata.category(c) in ("Cc", "Cs", "Cn") or c == REPLACEMENT for c in text)


def _undone(text: str, codec: str) -> str | None:
    """The text as it was before it was read by the codec; None where it cannot have been, or where that would be no name."""
    try:
        before = text.encode(codec).decode("utf-8")
    except UnicodeError:
        return None
    return before if before != text and _is_sound(before) else None


def _broken_again(text: str, codecs: list[str]) -> str | None:
    for codec in reversed(codecs):
        try:
            text = text.encode("utf-8").decode(codec)
        except UnicodeDecodeError:
            return None
    return text
