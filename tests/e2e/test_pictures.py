"""The pictures of the README are there and light; SEUIL_PICTURES=1 takes them again, of the demonstration."""

import os
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from seuil_dev.engine import wait_until
from tests.infra import scratch
from tests.stack.running import ROOT, Stack

IMAGES = ROOT / "docs" / "images"
HEAVIEST = 200_000
DEMO_SECONDS = 900
PICTURES = {
    "accueil": "/",
    "commission": "",
    "chiffres": "/analytics/publics?annee=2022",
}
"""What each shows; the commission is the first that the home page announces."""


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_of_the_readme_is_there_and_light(name: str) -> None:
    picture = IMAGES / f"{name}.png"
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size <= HEAVIEST


def test_the_readme_shows_no_picture_that_is_not_there() -> None:
    shown = re.findall(r"\]\((docs/images/[^)]+)\)", (ROOT / "README.md").read_text("utf-8"))
    assert shown
    assert [path for path in shown if not (ROOT / path).exists()] == []


@pytest.fixture(scope="module")
def demonstration() -> Iterator[str]:
    """The address of a demonstration that has loaded."""
    with scratch("pictures") as folder:
        stack = Stack(folder / "data", 0, "demo", SEUIL_DEMO_SHARE="1")
        try:
            loaded = r"Chargé en [\s\S]*Seuil: http"
            wait_until(
                lambda: bool(re.search(loaded, stack.out)) or stack.process.poll() is not None,
                DEMO_SECONDS,
                every=0.5,
            )
            assert re.search(loaded, stack.out), stack.out
            yield stack.url
        finally:
            stack.stop()


if os.environ.get("SEUIL_PICTURES"):  # not a skipped test: a build machine counts those as missing

    @pytest.mark.browser
    @pytest.mark.timeout(DEMO_SECONDS + 60)
    def test_take_the_pictures(browser: Browser, demonstration: str) -> None:
        IMAGES.mkdir(exist_ok=True)
        context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="fr-FR")
        page = context.new_page()
        for name, path in PICTURES.items():
            page.goto(demonstration + (path or "/"))
            if not path:
                page.locator("#a-venir a").first.click()
                page.wait_for_load_state("load")
            page.screenshot(path=IMAGES / f"{name}.png", animations="disabled")
        context.close()
