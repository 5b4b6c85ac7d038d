"""Names as they were meant: decoded wrongly on their way (UTF-8 read as another encoding: ``BjÃ¶rk``), or composed otherwise (NFD).

ftfy finds what may have been decoded wrongly, and in which steps.  A repair is taken only if it is certain and plausible.  Certain:
told wrongly again in the same steps, the repaired name gives the delivered one, character by character; ftfy offers more (lost bytes
guessed), which is not taken.  Plausible: a name comes out, and none went in.  ``CAFÉ²`` is the UTF-8 of ``CAFɲ`` read as Latin-1,
too; but no name in capitals has a phonetic letter.  ``BLÅ°`` is that of ``BLŰ``; but names in capitals have symbols after them.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby

from ftfy import fix_encoding_and_explain
from ftfy.badness import is_bad

PACKAGE = "ftfy"
REPLACEMENT = "\ufffd"
"""what decoders put where they could not read: what stood there is lost"""
REPAIRED, BROKEN, NORMALIZED = "repaired", "broken", "normalized"
"""kinds of rows"""
C1 = re.compile("[\x80-\x9f]")
"""control characters that no name has, and that much of what is decoded wrongly has"""
USUAL = ("latin-1", "sloppy-windows-1252")
"""encodings that are tried where ftfy sees nothing (Å\xa0ibenik): what comes out has to be plausible anyhow"""
AFTER_A_NAME, WITHIN_A_NAME = frozenset("°±²³¹¼½¾‰º§¶®©™…†‡”»´"), frozenset("’–—·")  # noqa: RUF001
"""symbols that stand straight after a name (exponents, footnotes, marks), or between two parts of it as well"""
LETTERS = {
    "LATIN": re.compile("[A-Za-zÀ-ÖØ-öø-ıĴ-ķĹ-ňŊ-žƁƆƉƊƎ-ƔƖ-ƙƝƠơƯ-ƴǍ-ǜǞ-ǯǴǵǸ-țȞȟȦ-ȳɓɔɖɗəɛɠɣɩɲʊʋḀ-ỿ]"),  # noqa: RUF001
    "GREEK": re.compile("[Ά-ώἀ-ῼ]"),
    "CYRILLIC": re.compile("[Ѐ-џҊ-ԯ]"),
    "MODIFIER": re.compile("[ʹ-ʿ]"),  # noqa: RUF001
    "COMBINING": re.compile("[\u0300-\u0304\u0306-\u030c\u031b\u0323\u0326-\u0329\u0331]"),
}
"""of scripts with letters and marks that no living language writes (phonetic, ancient): those that one does"""
UNSPACED = {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC", "FULLWIDTH", "HALFWIDTH"}
"""scripts, by the first word of a letter's name, that stand in one word with each other and with Latin letters (Tシャツ)"""
ANY_SCRIPT = {"MODIFIER", "COMBINING"}
"""letters and marks of whatever script they stand in"""


def read(text: str) -> tuple[str | None, ...] | None:
    """As what a name is matched, why, and of which kind that is; None for one that is sound and composed, and matched as it is.

    Repaired: the name repaired and composed (NFC).  Broken: it looks so, and cannot be repaired with certainty; composed, or None if
    it is.  Normalized: the same letters composed, neither repaired nor broken.
    """
    fixed, steps = fix_encoding_and_explain(text)
    found = [step.parameter for step in steps or [] if step.action == "encode"]
    repaired, codecs = _repaired(text, found or [codec for codec in USUAL if _undone(text, codec)][:1])
    if codecs:
        composed = unicodedata.normalize("NFC", repaired)
        fits = _size(composed) <= _size(text)  # where the delivered name does
        return composed if fits else repaired, "UTF-8 read as " + ", then as ".join(reversed(codecs)), REPAIRED
    composed = unicodedata.normalize("NFC", text)
    other = None if composed == text else composed
    if _looks_broken(text):
        why = "looks broken, and no encoding explains it" if fixed == text else f"looks like {fixed!r}, which a guess would be"[:200]
        return other, why, BROKEN
    return (other, "composed otherwise (Unicode NFC)", NORMALIZED) if other else None


def _repaired(text: str, codecs: list[str]) -> tuple[str, list[str]]:
    """The name after as many steps back as lead to a plausible one, and what it had been read as, last first; no steps: none does."""
    names = [text]
    for codec in codecs:
        if (before := _undone(names[-1], codec)) is None:
            break
        names.append(before)
    # ftfy stops where a name looks like one (SÃ¥ng); what was told wrongly once, and can be by the same codec again, was told so twice
    while len(names) > len(codecs) > 0 and (before := _undone(names[-1], codecs[-1])):
        names.append(before)
        codecs = [*codecs, codecs[-1]]
    for steps in range(len(names) - 1, 0, -1):
        if _is_sound(names[steps]) and _is_plausible(names[steps]) and (steps > 1 or _is_meant(text, names[steps])):
            return names[steps], codecs[:steps]
    return text, []


def _undone(text: str, codec: str) -> str | None:
    """The text as it was before it was read by the codec; None where it cannot have been."""
    try:
        before = text.encode(codec).decode("utf-8")
        return before if before != text and before.encode("utf-8").decode(codec) == text else None
    except UnicodeError:
        return None


def _is_plausible(name: str) -> bool:
    """Its letters beyond ASCII are those of a script, an alphabet and a case that the rest of their word is of."""
    previous = ""
    for part in _parts(name):
        if not _is_letter(part[0]) and previous.isascii() and previous.isalpha() and "\u0100" <= part[0] < "\u0800":
            return False  # a digit or a sign of another script, straight after a Latin letter
        if _is_letter(part[0]) and not part.isascii():
            ruled_out = any(c.isascii() for c in part) and any(_is_foreign(c) for c in part)
            if ruled_out or not _is_of_one_script(part) or not _is_of_one_case(part):
                return False
        previous = part[-1]
    return True


def _is_of_one_script(word: str) -> bool:
    letters = [_script(c) for c in word]
    spaced = set(letters) - ANY_SCRIPT - UNSPACED
    unspaced = sum(script in UNSPACED for script in letters)
    return len(spaced) <= 1 if not unspaced else not spaced or (spaced == {"LATIN"} and unspaced > 1)


def _is_of_one_case(word: str) -> bool:
    """No small letter where its ASCII letters, which no decoder changes, are capitals.

    But those that programs leave small which know the capitals of ASCII only (FRüHLING): within a word, and é and its like.
    """
    capitals = sum(c.isascii() and c.isupper() for c in word)
    if any(c.isascii() and c.islower() for c in word) or capitals < (2 if word[0].isupper() else 1):
        return True
    return not any(c.islower() for c in word if c >= "\u0180") and not (word[-1].islower() and word[-1] >= "\u0100")


def _is_meant(told: str, name: str) -> bool:
    """Some of what was ``told`` is no name, wherever it stands: control characters, symbols within a word, several in one."""
    several = any(_is_letter(part[0]) and sum(not c.isascii() for c in part) > 1 for part in _parts(name))
    place = 0
    for n, c in enumerate(name):
        if not c.isascii() and not _is_by_chance(told, place, c, name[max(n - 2, 0) : n], name[n + 1 : n + 2]):
            return True
        place += len(c.encode("utf-8"))
    return several or bool(C1.search(told))


def _is_by_chance(told: str, place: int, c: str, before: str, after: str) -> bool:
    """``told`` may have a capital there that ends a word in capitals, and a symbol after it."""
    if c >= "\u0800":  # three characters, by chance
        return False
    if _is_foreign(c):
        return True
    capital, symbol = told[place : place + 2]
    last, ends = before[-1:], not _is_letter(after) and (symbol in AFTER_A_NAME or symbol.isupper())
    if not last.isascii() or last.islower():
        return False
    if capital not in "ÂÃ":
        return ends or (symbol in WITHIN_A_NAME and not after.islower())
    # they end few words, and begin most of what is decoded wrongly: by chance after capitals only, and not if one more comes out
    in_capitals = (before.isalpha() and before.isupper() and len(before) > 1) or not any(x.islower() and _is_letter(x) for x in told)
    return ends and last.isalpha() and in_capitals and (not c.isupper() or symbol == "…")


def _is_foreign(c: str) -> bool:
    """A letter or mark that no living language writes."""
    return _is_letter(c) and (script := _script(c)) in LETTERS and not LETTERS[script].match(c)


def _is_sound(text: str) -> bool:
    """Nothing was lost, nothing looks broken still, and there is no character that no name has."""
    return not _looks_broken(text) and not any(unicodedata.category(c) in ("Cc", "Cs", "Cn") for c in text)


def _looks_broken(text: str) -> bool:
    """Something was lost on the way, or stands together as in no name, as ftfy judges it; but symbols may, and stand at names."""
    lost = REPLACEMENT in text or C1.search(text)
    return bool(lost) or (is_bad(text) and is_bad(" ".join(_without_symbols(part) for part in text.split())))


def _without_symbols(part: str) -> str:
    """Those that are meant: before its letters, and after a letter that begins nothing together with them, or that is a capital."""
    places = [n for n, c in enumerate(part) if _is_letter(c)]
    if not places:
        return ""
    if not any(c.islower() for c in (part[n] for n in places)):
        around = zip(" " + part, part, part[1:] + " ", strict=False)
        return "".join(
            c
            for a, c, b in around
            if c.isascii() or _is_letter(c) or (_is_letter(a) and _is_letter(b) and (a in "ÂÃ" or c not in AFTER_A_NAME))
        )
    last, tail = part[places[-1]], part[places[-1] + 1 :]
    begins = "Â" <= last <= "ß" or ("à" <= last <= "ï" and len(tail) > 1)
    return part[places[0] :] if begins else part[places[0] : places[-1] + 1]


def _parts(name: str) -> Iterator[str]:
    """Words, and what stands between them."""
    return ("".join(run) for _, run in groupby(name, _is_letter))


def _is_letter(c: str) -> bool:
    """Or a mark on one; ª, º and µ are symbols."""
    return bool(c) and unicodedata.category(c)[0] in "LM" and c not in "ªºµ"


def _script(letter: str) -> str:
    return unicodedata.name(letter, "?").split()[0]


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
