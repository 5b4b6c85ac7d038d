"""Which names are repaired, which are told to be broken and left, and which are left alone.  No warehouse is needed for that."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkify_assets.lookups import reading

NAMES = [
    "Björk",
    "Sigur Rós",
    "Beyoncé",
    "Motörhead",
    "Sång",
    "Våren",
    "José González",
    "Ángel",
    "96º In The Shade",
    "宇多田ヒカル",
    "Кино",
    "Ж",
]
CODECS = ["latin-1", "cp1252"]
read = reading("text_repairs").read


def told_wrongly(name: str, codec: str, times: int) -> str:
    """As UTF-8 read by the codec; what cp1252 has no letter for, browsers and old programs read as Latin-1."""
    for _ in range(times):
        name = "".join(_letter(byte, codec) for byte in name.encode("utf-8"))
    return name


def _letter(byte: int, codec: str) -> str:
    try:
        return bytes([byte]).decode(codec)
    except UnicodeDecodeError:
        return chr(byte)


@pytest.mark.parametrize(("name", "codec", "times"), list(product(NAMES, CODECS, [2, 3])))
def test_what_was_told_wrongly_more_than_once_is_itself_again(name: str, codec: str, times: int) -> None:
    said = read(told_wrongly(name, codec, times))
    assert said is not None
    assert said[0] == name


@pytest.mark.parametrize("name", ["Björk", "Sigur Rós", "Beyoncé", "José González", "宇多田ヒカル", "Кино"])
def test_what_was_told_wrongly_once_is_itself_again(name: str) -> None:
    assert read(told_wrongly(name, "latin-1", 1)) == (name, "UTF-8 read as latin-1")


@pytest.mark.parametrize("name", [*NAMES, "Muse", "", "AC/DC", "P!nk", "Ke$ha", "M∆rina", "L’Âme", "CAFÉ®", "naïve", "“Quoted”", "½"])
def test_a_sound_name_is_left_alone(name: str) -> None:
    assert read(name) is None


@pytest.mark.parametrize("name", ["Bj\ufffdrk", "Ã\ufffd¶rk", "BjÃ\xa0¶rk Ã©\ufffd", "BjÃ¶\xc2\x81rk"])
def test_where_something_is_lost_it_is_said_and_nothing_guessed(name: str) -> None:
    said = read(name)
    assert said is not None
    repaired, how = said
    assert repaired is None
    assert how


@given(st.text(max_size=40))
def test_a_repair_can_be_undone_and_needs_none_itself(text: str) -> None:
    """Whatever comes: a row holds what its columns may hold, and a name that was repaired is sound."""
    said = read(text)
    if said is not None:
        repaired, how = said
        assert how
        assert len(how.encode("utf-8", "surrogatepass")) <= 1024
        if repaired is not None:
            assert read(repaired) is None
            assert len(repaired.encode("utf-8")) < len(text.encode("utf-8"))
