"""Repairs of names that were decoded wrongly (UTF-8 read as another encoding: ``BjÃ¶rk``) or composed differently (NFD).

ftfy finds what may have been decoded wrongly, and in which steps.  A repair is accepted only if it is certain and plausible.  Certain:
the same wrong steps turn the repaired name into the delivered one, character by character; ftfy offers more (guesses at lost bytes),
which are not accepted.  Plausible: the result is a name, and the delivered text is not.  ``CAFÉ²`` is also the UTF-8 of ``CAFɲ`` read
as Latin-1, but no name in capitals has a phonetic letter.  ``BLÅ°`` is that of ``BLŰ``, but names in capitals have symbols after them.

Put here what decides a repair.  Do not put here which texts are looked up (texts.sql) or how names are matched (transform.sql).
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby

from ftfy import fix_encoding_and_explain
from ftfy.badness import is_bad

PACKAGE = "ftfy"
REPLACEMENT = "\ufffd"
"""inserted by decoders for bytes that they could not decode; the original is lost"""
REPAIRED, BROKEN, NORMALIZED = "repaired", "broken", "normalized"
"""kinds of rows"""
C1 = re.compile("[\x80-\x9f]")
"""control characters that no name has and much wrongly decoded text has"""
USUAL = ("latin-1", "sloppy-windows-1252")
"""encodings that are tried if ftfy finds none (Å\xa0ibenik): the result has to be plausible anyway"""
AFTER_A_NAME, WITHIN_A_NAME = frozenset("°±²³¹¼½¾‰º§¶®©™…†‡”»´"), frozenset("’–—·")  # noqa: RUF001
"""symbols that directly follow a name (exponents, footnotes, marks), and those that also separate two parts of it"""
LETTERS = {
    "LATIN": re.compile("[A-Za-zÀ-ÖØ-öø-ıĴ-ķĹ-ňŊ-žƁƆƉƊƎ-ƔƖ-ƙƝƠơƯ-ƴǍ-ǜǞ-ǯǴǵǸ-țȞȟȦ-ȳɓɔɖɗəɛɠɣɩɲʊʋḀ-ỿ]"),  # noqa: RUF001
    "GREEK": re.compile("[Ά-ώἀ-ῼ]"),
    "CYRILLIC": re.compile("[Ѐ-џҊ-ԯ]"),
    "MODIFIER": re.compile("[ʹ-ʿ]"),  # noqa: RUF001
    "COMBINING": re.compile("[\u0300-\u0304\u0306-\u030c\u031b\u0323\u0326-\u0329\u0331]"),
}
"""script that has letters and marks of no living language (phonetic, ancient) → those of living languages"""
UNSPACED = {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC", "FULLWIDTH", "HALFWIDTH"}
"""scripts (first word of a letter's Unicode name) that occur in one word with each other and with Latin letters (Tシャツ)"""
ANY_SCRIPT = {"MODIFIER", "COMBINING"}
"""letters and marks that occur in any script"""


def read(text: str) -> tuple[str | None, ...] | None:
    """The name to match by, the reason and the kind of row; None for a valid, composed name, which is matched unchanged.

    Repaired: the repaired name, composed (NFC).  Broken: the name looks wrongly decoded and has no certain repair; composed, or None if it
    already is.  Normalized: the same letters, composed; neither repaired nor broken.
    """
    fixed, steps = fix_encoding_and_explain(text)
    found = [step.parameter for step in steps or [] if step.action == "encode"]
    repaired, codecs = _repaired(text, found or [codec for codec in USUAL if _undone(text, codec)][:1])
    if codecs:
        composed = unicodedata.normalize("NFC", repaired)
        fits = _size(composed) <= _size(text)  # in a column that the delivered name fits
        return composed if fits else repaired, "UTF-8 read as " + ", then as ".join(reversed(codecs)), REPAIRED
    composed = unicodedata.normalize("NFC", text)
    other = None if composed == text else composed
    if _looks_broken(text):
        why = "looks broken, and no encoding explains it" if fixed == text else f"looks like {fixed!r}, which a guess would be"[:200]
        return other, why, BROKEN
    return (other, "composed otherwise (Unicode NFC)", NORMALIZED) if other else None


def _repaired(text: str, codecs: list[str]) -> tuple[str, list[str]]:
    """The name after the most steps back that give a plausible one, and the encodings it was read as, last first; none if no step does."""
    names = [text]
    for codec in codecs:
        if (before := _undone(names[-1], codec)) is None:
            break
        names.append(before)
    # ftfy stops where the text looks like a name (SÃ¥ng); if the same codec can be undone once more, it was applied twice
    while len(names) > len(codecs) > 0 and (before := _undone(names[-1], codecs[-1])):
        names.append(before)
        codecs = [*codecs, codecs[-1]]
    for steps in range(len(names) - 1, 0, -1):
        if _is_sound(names[steps]) and _is_plausible(names[steps]) and (steps > 1 or _is_meant(text, names[steps])):
            return names[steps], codecs[:steps]
    return text, []


def _undone(text: str, codec: str) -> str | None:
    """The text before it was read by the codec; None if it cannot have been."""
    try:
        before = text.encode(codec).decode("utf-8")
        return before if before != text and before.encode("utf-8").decode(codec) == text else None
    except UnicodeError:
        return None


def _is_plausible(name: str) -> bool:
    """Whether letters beyond ASCII have the script, alphabet and case of the rest of their word."""
    previous = ""
    for part in _parts(name):
        if not _is_letter(part[0]) and previous.isascii() and previous.isalpha() and "\u0100" <= part[0] < "\u0800":
            return False  # a digit or a symbol of another script directly after a Latin letter
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
    """Whether no letter is small where the ASCII letters, which no decoder changes, are capitals.

    Exceptions are small letters left by programs that capitalize ASCII only (FRüHLING): within a word, and é and the like at its end.
    """
    capitals = sum(c.isascii() and c.isupper() for c in word)
    if any(c.isascii() and c.islower() for c in word) or capitals < (2 if word[0].isupper() else 1):
        return True
    return not any(c.islower() for c in word if c >= "\u0180") and not (word[-1].islower() and word[-1] >= "\u0100")


def _is_meant(told: str, name: str) -> bool:
    """Whether ``told`` has what no name has, at any position: control characters, symbols within a word, several in one word."""
    several = any(_is_letter(part[0]) and sum(not c.isascii() for c in part) > 1 for part in _parts(name))
    place = 0
    for n, c in enumerate(name):
        if not c.isascii() and not _is_by_chance(told, place, c, name[max(n - 2, 0) : n], name[n + 1 : n + 2]):
            return True
        place += len(c.encode("utf-8"))
    return several or bool(C1.search(told))


def _is_by_chance(told: str, place: int, c: str, before: str, after: str) -> bool:
    """Whether ``told`` may have, at ``place``, a capital that ends a word in capitals, and a symbol after it."""
    if c >= "\u0800":  # three characters in a row are not by chance
        return False
    if _is_foreign(c):
        return True
    capital, symbol = told[place : place + 2]
    last, ends = before[-1:], not _is_letter(after) and (symbol in AFTER_A_NAME or symbol.isupper())
    if not last.isascii() or last.islower():
        return False
    if capital not in "ÂÃ":
        return ends or (symbol in WITHIN_A_NAME and not after.islower())
    # Â and Ã end few words and begin most wrongly decoded text: by chance after capitals only, and not if the result is a capital
    in_capitals = (before.isalpha() and before.isupper() and len(before) > 1) or not any(x.islower() and _is_letter(x) for x in told)
    return ends and last.isalpha() and in_capitals and (not c.isupper() or symbol == "…")


def _is_foreign(c: str) -> bool:
    """Whether it is a letter or mark of no living language."""
    return _is_letter(c) and (script := _script(c)) in LETTERS and not LETTERS[script].match(c)


def _is_sound(text: str) -> bool:
    """Whether nothing was lost, nothing looks broken, and each character can be in a name."""
    return not _looks_broken(text) and not any(unicodedata.category(c) in ("Cc", "Cs", "Cn") for c in text)


def _looks_broken(text: str) -> bool:
    """Whether something was lost, or ftfy rates the text as bad even without the symbols that may be next to a name."""
    lost = REPLACEMENT in text or C1.search(text)
    return bool(lost) or (is_bad(text) and is_bad(" ".join(_without_symbols(part) for part in text.split())))


def _without_symbols(part: str) -> str:
    """Remove intended symbols: before the letters, and after a letter that begins no sequence with them or is a capital."""
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
    """Runs of letters, and the runs between them."""
    return ("".join(run) for _, run in groupby(name, _is_letter))


def _is_letter(c: str) -> bool:
    """Whether it is a letter or a mark on one; ª, º and µ are symbols."""
    return bool(c) and unicodedata.category(c)[0] in "LM" and c not in "ªºµ"


def _script(letter: str) -> str:
    return unicodedata.name(letter, "?").split()[0]


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
