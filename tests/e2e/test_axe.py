"""The checker of pages finds a fault of each kind in each view where it can be, and only there."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.e2e import axe
from tests.e2e.test_components import address, showcase

__all__ = ["address", "showcase"]
pytestmark = pytest.mark.browser
COLOURS = (
    "color-contrast",
    "link-in-text-block",
    "target-size",
    "wider than the window",
    "a border under 3:1",
)
STRUCTURE = ("image-alt", "list", "label")
PLANT = """([scheme, width, markup]) => {
  const main = document.querySelector("main"), sheet = new CSSStyleSheet();
  main.insertAdjacentHTML("beforeend", markup);
  const when = `(prefers-color-scheme: ${scheme}) and (width: ${width}px)`;
  sheet.replaceSync(`.faute-l { display: none } @media (width: ${width}px) { .faute-l { display: block } }
    @media ${when} {
      .faute-c { color: #767676; background: #808080 } .faute-d { width: 2000px }
      .faute-t button { width: 9px; height: 9px; min-width: 0; min-height: 0;
        padding: 0; margin: 0; border: 0 }
      .faute-b input { border-color: transparent }
      .faute-k { color: #222; background: #fff } .faute-k a { color: #333; text-decoration: none } }`);
  document.adoptedStyleSheets.push(sheet);
}"""
MARKUP = """<p class="faute-c">Des mots pâles</p><div class="faute-d"><p>Large</p></div>
<p class="faute-t"><button type="button">a</button><button type="button">b</button></p>
<p class="faute-b"><label>Nom <input name="faute"></label></p>
<p class="faute-k">Des mots avant <a href="/">un lien</a> et des mots après, dans la même phrase.</p>"""
WRONG = """<div class="faute-l"><img src="/favicon.ico">
<ul><p>Une liste sans ligne</p></ul><input name="muet"></div>"""


@pytest.fixture
def page(windows: axe.Windows, address: str) -> Iterator[Page]:
    with axe.opened(windows, address + "/rien", status=404) as page:
        yield page


def kinds(found: list[str]) -> set[str]:
    return {kind for kind in (*COLOURS, *STRUCTURE) for fault in found if fault.startswith(kind)}


def seen(page: Page) -> dict[tuple[str, int], set[str]]:
    """The kinds of faults of each view, as `check_views` looks at them."""
    told = {}
    for scheme, width in axe.VIEWS:
        axe.look(page, scheme, width)
        told[scheme, width] = kinds(axe.faults(page, colours_only=scheme == "dark"))
    return told


@pytest.mark.parametrize(("scheme", "width"), axe.VIEWS)
def test_what_may_be_wrong_in_one_view_alone_is_found_there(page: Page, scheme: str, width: int) -> None:
    page.evaluate(PLANT, [scheme, width, MARKUP])
    assert seen(page) == {view: set(COLOURS) if view == (scheme, width) else set() for view in axe.VIEWS}
    with pytest.raises(AssertionError, match=f"{scheme}, {width}"):
        axe.check_views(page)


@pytest.mark.parametrize("width", [1280, 320])
def test_what_is_wrong_at_one_width_alone_is_found(page: Page, width: int) -> None:
    page.evaluate(PLANT, ["light", width, WRONG])
    assert seen(page)["light", width] == set(STRUCTURE)
    with pytest.raises(AssertionError, match=f"light, {width}"):
        axe.check_views(page)


def test_a_style_attribute_is_found_and_a_faultless_page_passes(page: Page) -> None:
    axe.check_views(page)
    page.evaluate("document.querySelector('h1').style.color = 'black'")
    with pytest.raises(AssertionError, match="a style attribute"):
        axe.check_views(page)


def test_an_axe_that_never_ends_is_told(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    axe.faults(page)
    page.evaluate("() => { axe.run = () => new Promise(() => {}); }")
    monkeypatch.setattr(axe, "AXE_SECONDS", 0.2)
    with pytest.raises(Exception, match=r"axe has not ended after 0\.2 seconds"):
        axe.faults(page)
