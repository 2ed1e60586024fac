"""What every page must pass in a browser: axe, no overflow, visible field borders, a silent CSP."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Playwright

AXE = Path(__file__).parent / "vendor" / "axe-core-4.14.1" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "RGAAv4", "EN-301-549", "best-practice"]
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
VIEWS = [(scheme, width) for scheme in ("light", "dark") for width in (1280, 320)]
_BORDERS = """() => {
  const paint = document.createElement("canvas").getContext("2d");
  const rgb = (c) => {
    paint.clearRect(0, 0, 1, 1); paint.fillStyle = c; paint.fillRect(0, 0, 1, 1);
    return [...paint.getImageData(0, 0, 1, 1).data]; };
  const light = (c) => { const f = (v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;

    return 0.2126 * f(c[0]) + 0.7152 * f(c[1]) + 0.0722 * f(c[2]); };
  const behind = (e) => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor);
    if (c[3] === 255) return c; } return [255, 255, 255, 255]; };
  return [...document.querySelectorAll("input:not([type=hidden],[type=radio],[type=checkbox])," +
    "select,textarea")].filter((e) => e.offsetParent).map((e) => {
      const [a, b] = [light(rgb(getComputedStyle(e).borderBottomColor)), light(behind(e.parentElement))];
      return [e.name, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)]; })
    .filter(([, ratio]) => ratio < 3);
}"""


_FAULTS = """async (tags) => {
  const found = await axe.run(document, {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]});
  return found.violations.map((v) => [v.id, v.help, v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200))]);
}"""


_END_MOVEMENTS = """() => document.getAnimations().forEach((a) => {
  if (a.effect.getComputedTiming().endTime !== Infinity) a.finish(); })"""


def launch(playwright: Playwright) -> Browser:
    """The machine's chromium, without what would call home."""
    return playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)


class Windows:
    """One window with script and one without, kept from test to test: opening one costs more than a page.

    Cookies are those of the test alone; a window in which something was wrong is not used again.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._kept: dict[bool, Page] = {}

    def take(self, *, script: bool) -> Page:
        """A window without cookies."""
        if script not in self._kept:
            context = self._browser.new_context(locale="fr-FR", java_script_enabled=script)
            self._kept[script] = context.new_page()
        self._kept[script].context.clear_cookies()
        return self._kept[script]

    def forget(self, *, script: bool) -> None:
        """Closes a window."""
        self._kept.pop(script).context.close()


@contextmanager
def opened(
    windows: Windows,
    url: str,
    scheme: str = "light",
    width: int = 1280,
    *,
    status: int = 200,
    cookies: Mapping[str, str] | None = None,
    script: bool = True,
) -> Iterator[Page]:
    """A page answered with `status`; fails if the CSP or a script complains."""
    page = windows.take(script=script)
    look(page, scheme, width)
    page.context.add_cookies([{"name": k, "value": v, "url": url} for k, v in (cookies or {}).items()])
    said: list[str] = []

    def wrong(error: Error) -> None:
        said.append(str(error))

    def told(message: ConsoleMessage) -> None:
        if "Content Security" in message.text:
            said.append(message.text)

    page.on("pageerror", wrong)
    page.on("console", told)
    try:
        answer = page.goto(url, wait_until="load")
        assert answer is not None
        assert answer.status == status, f"{url} answered {answer.status}"
        yield page
        assert not said, said
    except BaseException:
        windows.forget(script=script)
        raise
    page.remove_listener("pageerror", wrong)
    page.remove_listener("console", told)


def look(page: Page, scheme: str, width: int) -> None:
    """Shows the open page in light or dark, on a screen `width` points wide, with every movement at its end.

    Movements are ended, not awaited: one on a thing that is not drawn may never finish by itself, and an
    endless one (a bar that runs while work goes on) never does; that one is left alone.
    """
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.evaluate(_END_MOVEMENTS)


def check(page: Page) -> None:
    """Raises AssertionError naming each fault of the page as it is shown."""
    styled = page.locator("[style]:not([style=''])").evaluate_all(
        "found => found.map((e) => e.outerHTML.slice(0, 120))"
    )
    assert not styled, f"a style attribute: {styled}"
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    faults = page.evaluate(_FAULTS, TAGS)
    assert not faults, faults
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, "wider than the window"
    assert not (thin := page.evaluate(_BORDERS)), f"borders under 3:1: {thin}"
