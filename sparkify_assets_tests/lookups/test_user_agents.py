"""What is read from user agents: the families people know, for anything that a client may send."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkify_assets.model import load_catalog

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
read = load_catalog().lookups["user_agents"].read


@pytest.mark.parametrize(
    ("agent", "families"),
    [
        (f"Mozilla/5.0 (Windows NT 6.1; WOW64) {WEBKIT} Chrome/36.0.1985.143 Safari/537.36", ("Chrome", "Windows", "Other")),
        (f'"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_4) {WEBKIT} Version/7.0.5 Safari/537.77.4"', ("Safari", "Mac OS X", "Mac")),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:31.0) Gecko/20100101 Firefox/31.0", ("Firefox", "Linux", "Other")),
        ("Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)", ("IE", "Windows", "Other")),
        (
            f"Mozilla/5.0 (iPhone; CPU iPhone OS 7_1_2 like Mac OS X) {WEBKIT} Version/7.0 Mobile/1 Safari/1",
            ("Mobile Safari", "iOS", "iPhone"),
        ),
        ("Mozilla/5.0 (Linux; Android 9; \t Build/1) Mobile", ("Android", "Android", "Other")),  # its device is a blank
        ("  \t/1.0 CFNetwork/1 Darwin/1", ("Other", "iOS", "iOS-Device")),
        ("curl/8.0.1", ("curl", "Other", "Other")),
        ("", ("Other", "Other", "Other")),
        ("who knows", ("Other", "Other", "Other")),
    ],
)
def test_families(agent: str, families: tuple[str, str, str]) -> None:
    assert read(agent) == families


@given(st.one_of(st.text(max_size=256), st.text(max_size=240).map(lambda x: f"Mozilla/5.0 (Linux; Android 9; {x} Build/1) Mobile")))
def test_whatever_comes_is_three_families_that_fit_their_columns(agent: str) -> None:
    said = read(agent)
    assert said is not None
    assert len(said) == 3
    assert all(family and family.strip() and len(family.encode("utf-8", "surrogatepass")) <= 2048 for family in said)
