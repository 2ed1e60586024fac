"""The browser, and the stack with a city on it, for the tests of pages."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e import axe
from tests.e2e.pages import Places
from tests.stack.city import City, build
from tests.stack.running import running_anywhere


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = axe.launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def windows(browser: Browser) -> axe.Windows:
    return axe.Windows(browser)


@pytest.fixture(scope="session")
def city() -> Iterator[City]:
    with running_anywhere() as stack:
        yield build(stack)


@pytest.fixture(scope="session")
def where(city: City) -> Places:
    """The addresses of the listed pages."""
    return Places(city)
