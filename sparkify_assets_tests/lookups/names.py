"""Sound names of artists, songs, persons and places, and what becomes of them: in capitals, before a symbol, decoded wrongly.

``data/names.tsv`` holds a name a line, with its language.  The list is older than the code that is measured with it
(test_text_repairs.py); a name that turns out to be judged wrongly is added, and none is taken away.
"""

from functools import cache
from pathlib import Path

SYMBOLS = "°±²³¹½¼¾‰º§¶®™…!"
"""what stands straight after a name: an exponent, a footnote, a fraction, a mark, punctuation"""


@cache
def names() -> dict[str, str]:
    """Name → language."""
    lines = (Path(__file__).parent / "data" / "names.tsv").read_text(encoding="utf-8").splitlines()
    return {name: language for language, name in (line.split("\t") for line in lines)}


def in_capitals() -> list[str]:
    """The names that have capitals and are not written in them."""
    return sorted({name.upper() for name in names()} - set(names()))


def before_symbols() -> list[str]:
    """Names in capitals that end in a letter with an accent, as they are straight before a symbol."""
    ends = sorted(name for name in {name.upper() for name in names()} if name[-1].isupper() and not name[-1].isascii())
    return [name + symbol for name in ends for symbol in SYMBOLS]


def told_wrongly(name: str, codec: str, times: int = 1) -> str:
    """As UTF-8 read by the codec; what cp1252 has no letter for, browsers and old programs read as Latin-1."""
    for _ in range(times):
        name = "".join(_letter(byte, codec) for byte in name.encode("utf-8"))
    return name


def _letter(byte: int, codec: str) -> str:
    try:
        return bytes([byte]).decode(codec)
    except UnicodeDecodeError:
        return chr(byte)
