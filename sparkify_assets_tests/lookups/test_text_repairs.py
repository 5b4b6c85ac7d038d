"""Which names are repaired, which are told to be broken and left, which are left alone.  No warehouse is needed for that.

``names.py`` has the names by the thousand.  What share of them is judged rightly was measured before a repair had to be plausible
as well: that of 10,640 names in capitals before a symbol, 3,846 were repaired or called broken.
"""

import unicodedata
from collections.abc import Iterable
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkify_assets.model import load_catalog
from sparkify_assets_tests.lookups.names import before_symbols, in_capitals, names, told_wrongly

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
read = load_catalog().lookups["text_repairs"].read


@pytest.mark.parametrize(("name", "codec", "times"), list(product(NAMES, CODECS, [2, 3])))
def test_what_was_told_wrongly_more_than_once_is_itself_again(name: str, codec: str, times: int) -> None:
    said = read(told_wrongly(name, codec, times))
    assert said is not None
    assert said[0] == name


@pytest.mark.parametrize("name", ["Björk", "Sigur Rós", "Beyoncé", "José González", "宇多田ヒカル", "Кино"])
def test_what_was_told_wrongly_once_is_itself_again(name: str) -> None:
    assert read(told_wrongly(name, "latin-1", 1)) == (name, "UTF-8 read as latin-1", "repaired")


@pytest.mark.parametrize("name", [*NAMES, "Muse", "", "AC/DC", "P!nk", "Ke$ha", "M∆rina", "L’Âme", "CAFÉ®", "naïve", "“Quoted”", "½"])
def test_a_sound_name_is_left_alone(name: str) -> None:
    assert read(name) is None


@pytest.mark.parametrize("name", ["Bj\ufffdrk", "Ã\ufffd¶rk", "BjÃ\xa0¶rk Ã©\ufffd", "BjÃ¶\xc2\x81rk"])
def test_where_something_is_lost_it_is_said_and_nothing_guessed(name: str) -> None:
    said = read(name)
    assert said is not None
    repaired, how, kind = said
    assert repaired is None
    assert how
    assert kind == "broken"


@given(st.text(max_size=40))
def test_a_repair_can_be_undone_and_needs_none_itself(text: str) -> None:
    """Whatever comes: a row holds what its columns may hold, and a name that was repaired is sound."""
    said = read(text)
    if said is not None:
        matched, how, kind = said
        assert how
        assert len(how.encode("utf-8", "surrogatepass")) <= 1024
        if matched is not None:
            size = len(matched.encode("utf-8", "surrogatepass"))
            assert size <= len(text.encode("utf-8", "surrogatepass")) * (1 if kind == "repaired" else 3)
            assert kind == "broken" or (read(matched) or (None, "", ""))[2] in ("", "normalized")


# the list


def touched(some: Iterable[str]) -> list[str]:
    """Those that are called anything but sound, composed or not."""
    return [name for name in some if (said := read(name)) and said[2] != "normalized"]


@pytest.mark.integration  # twenty thousand names take two seconds
def test_of_sound_names_999_in_1000_are_left_alone() -> None:
    """All of them as they are and in capitals; before a symbol, MANHÃ‰ is taken for MANHÉ, which it may well be."""
    assert len(names()) >= 2000
    assert len(set(names().values())) >= 20
    assert touched([*names(), *in_capitals()]) == []
    assert len(touched(before_symbols())) <= 0.001 * (len(names()) + len(in_capitals()) + len(before_symbols()))


BEFORE = {("latin-1", 1): (98.75, 97.62), ("latin-1", 2): (99.84, 99.95), ("cp1252", 1): (94.05, 88.97), ("cp1252", 2): (99.71, 99.65)}
"""per cent of the names, and of those in capitals, that were themselves again when ftfy alone judged"""


@pytest.mark.integration
@pytest.mark.parametrize(("codec", "times"), BEFORE)
def test_of_names_told_wrongly_as_many_are_themselves_again_as_ftfy_alone_repairs(codec: str, times: int) -> None:
    for some, before in zip((list(names()), in_capitals()), BEFORE[codec, times], strict=True):
        beyond = [name for name in some if not name.isascii()]
        right = sum((read(told_wrongly(name, codec, times)) or (None,))[0] == name for name in beyond)
        assert 100 * right / len(beyond) >= before


SYMBOLS = ["†††", "†‡†", "¥ØU$UK€ ¥UK1MAT$U", "Crosses (†††)", "†††Crosses", "‰", "ªº", "¥EN"]
AFTER_CAPITALS = [
    "CAFÉ²",
    "ROSÉ½",
    "NOMÉ²",
    "ÉTÉ²",
    "CITTÀ²",
    "Å°",
    "Ñ²",
    "Ø²",
    "BLÅ°",
    "IL Y MARQUÉ…",
    "CAFÉ²BAR",
    "ÉTÉ² / HIVER²",
    "LUNEDÌ²",
]


@pytest.mark.parametrize("name", [*SYMBOLS, *AFTER_CAPITALS, "Café²", "naïve½", "²Été"])
def test_symbols_are_part_of_a_name(name: str) -> None:
    assert read(name) is None


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("CAFÃ‰", "CAFÉ"),
        ("FRÃ¼HLING", "FRüHLING"),  # as programs make capitals which know those of ASCII only
        ("OÃ¹ sont les femmes", "Où sont les femmes"),
        ("TÃº", None),  # as well a name in capitals
        ("DRAUGÅ² DAINA", None),
        ("JÅ«ra", "Jūra"),
        ("ä¸\xadå\x9b½", "中国"),  # noqa: RUF001
        ("Tã\x82·ã\x83£ã\x83\x84", "Tシャツ"),
        ("cafÃ©é²³", None),
    ],
)
def test_a_repair_must_be_plausible(told: str, meant: str | None) -> None:
    assert (read(told) or (None,))[0] == meant


@pytest.mark.parametrize("name", ["CAFÉ²", "IL Y MARQUÉ…", "CITTÀ½"])
@pytest.mark.parametrize("times", [1, 2])
def test_a_repair_goes_back_to_a_name_and_no_further(name: str, times: int) -> None:
    said = read(told_wrongly(name, "cp1252", times))
    assert said is not None
    assert said[0] == name


# composed otherwise


@pytest.mark.parametrize("name", ["Beyoncé", "Sigur Rós", "Hà Nội", "가수", "ΑΣΊΑ"])
def test_a_name_in_parts_is_the_one_composed(name: str) -> None:
    parts = unicodedata.normalize("NFD", name)
    assert parts != name
    assert read(parts) == (name, "composed otherwise (Unicode NFC)", "normalized")
    assert read(name) is None


def test_a_name_in_parts_that_was_told_wrongly_is_composed_when_repaired() -> None:
    said = read(told_wrongly("Beyonce\u0301", "latin-1", 1))
    assert said is not None
    assert said[0] == "Beyoncé"


def test_a_broken_name_in_parts_meets_the_one_composed() -> None:
    assert [said[::2] for name in ("Beyonce\u0301 \ufffd", "Beyoncé \ufffd") if (said := read(name))] == [
        ("Beyoncé \ufffd", "broken"),
        (None, "broken"),
    ]
