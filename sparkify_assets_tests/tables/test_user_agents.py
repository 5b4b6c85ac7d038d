"""user_agents: which texts have a row, for how long, and that it is the same however it came to be."""

from sparkify_assets_tests.support import event
from sparkify_assets_tests.tables.given import CATALOG, NEXT_DAY, Given

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:31.0) Gecko/20100101 Firefox/31.0"
CHROME = '"Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/36.0.1985.143 Safari/537.36"'
NAMELESS = "Mozilla/5.0 (Linux; Android 9; \t Build/1) Mobile"


def test_a_row_a_text_of_whatever_event_and_none_where_there_is_no_text(given: Given) -> None:
    agents = [FIREFOX, f"{FIREFOX}  ", CHROME, "who knows", "", "  ", None, NAMELESS]
    given.events(*[event(userAgent=agent, itemInSession=n) for n, agent in enumerate(agents)])
    given.events(event(userAgent=FIREFOX, page="Home", userId=""), event(userAgent="curl/8.0.1", page="Home", userId=""), day=NEXT_DAY)
    given.load()
    assert sorted(given.rows("user_agents")) == sorted(
        [
            ("", "Other", "Other", "Other"),
            (CHROME, "Chrome", "Windows", "Other"),
            (FIREFOX, "Firefox", "Linux", "Other"),
            (NAMELESS, "Android", "Android", "Other"),
            ("curl/8.0.1", "curl", "Other", "Other"),
            ("who knows", "Other", "Other", "Other"),
        ]
    )


def test_a_text_that_is_nowhere_any_more_has_no_row_and_one_that_comes_has(given: Given) -> None:
    given.events(event(userAgent=FIREFOX), event(userAgent=CHROME, itemInSession=1))
    given.events(event(userAgent=f"{CHROME} "), day=NEXT_DAY)
    given.load()
    given.events(event(userAgent="curl/8.0.1"))
    assert given.rows("user_agents", "browser") == [("Chrome",), ("curl",)]  # the next day has Chrome still


def test_to_make_the_table_anew_changes_nothing_that_is_right_and_mends_what_is_not(given: Given) -> None:
    given.events(event(userAgent=FIREFOX), event(userAgent=CHROME, itemInSession=1))
    before = given.rows("user_agents")
    given.build("plays_by_browser")
    given.session.refresher.rebuild(CATALOG["user_agents"])
    assert given.rows("user_agents") == before
    assert "plays_by_browser" not in given.session.metadata.stale_partitions()
    given.session.sql.execute("UPDATE user_agents SET browser = 'Opera'")
    given.session.refresher.rebuild(CATALOG["user_agents"])
    assert given.rows("user_agents") == before
    assert "plays_by_browser" in given.session.metadata.stale_partitions()
