"""Each listed page and state: axe, width, borders and CSP in every view; then without script."""

import re

import pytest

from tests.e2e import axe
from tests.e2e.page import Page
from tests.e2e.pages import PAGES, Places
from tests.stack.city import City

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]  # the first page of a service makes its places
NAMES = [page.name for page in PAGES]
DURATION = re.compile(r"\d+\s(s|min|h|j)\b")
"""Said anew at each view: `59 s` seen with script is `1 min` when the page is read again without."""


def cookies(city: City, page: Page) -> dict[str, str]:
    if not page.role:
        return {}
    session = city.people[page.role]
    session.get("/registration/api/v1/me")  # a token that has ended is renewed here
    return session.cookies


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_a_page_is_faultless_in_every_view_and_says_everything_without_script(
    windows: axe.Windows, city: City, where: Places, page: Page
) -> None:
    address, who = where.address(page), cookies(city, page)
    with axe.opened(windows, address, status=page.status, cookies=who) as tab:
        if page.act:
            page.act(tab)
        assert tab.locator("h1").count() == 1
        assert tab.title().endswith("Seuil"), tab.title()
        axe.check_views(tab)
        whole = tab.locator("main").inner_text()
    if page.act:
        return
    with axe.opened(windows, address, width=320, status=page.status, cookies=who, script=False) as tab:
        plain = tab.locator("main").inner_text()
        assert tab.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    said, again = (set(DURATION.sub("", text).split()) for text in (whole, plain))
    missing = {word for word in said - again if not re.search(r"\d", word)}
    assert not missing, "some words are there by script only"


def test_no_page_is_listed_twice() -> None:
    assert len({(page.path, page.role, page.name) for page in PAGES}) == len(set(NAMES)) == len(PAGES)
