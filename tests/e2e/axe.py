"""What every page must pass in a browser: axe, no overflow, visible field borders, a silent CSP.

A page is looked at in four views. What a scheme can change is colours (tests/webui/test_scheme.py), what a
width can change is anything: in light, every rule of axe is run at both widths; in dark, those that depend on
colours, at both widths too; size of targets, overflow, borders and style attributes in all four. That a fault
of each kind is found in each view where it can be is tried by test_axe.py.
"""

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
VIEWS = [("light", 1280), ("dark", 1280), ("dark", 320), ("light", 320)]
"""Neighbours differ by one thing: a change of width lays the page out anew. The last is the narrow one."""
COLOUR_RULES = ["color-contrast", "link-in-text-block", "target-size"]
AXE_SECONDS = 30
_LOOK = """async ([tags, rules, seconds]) => {
  const paint = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const rgb = (c) => {
    paint.clearRect(0, 0, 1, 1); paint.fillStyle = c; paint.fillRect(0, 0, 1, 1);
    return [...paint.getImageData(0, 0, 1, 1).data]; };
  const light = (c) => { const f = (v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    return 0.2126 * f(c[0]) + 0.7152 * f(c[1]) + 0.0722 * f(c[2]); };
  const behind = (e) => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor);
    if (c[3] === 255) return c; } return [255, 255, 255, 255]; };
  const over = (c, back) => c.map((v, i) => back[i] + (v - back[i]) * c[3] / 255);
  const found = [...document.querySelectorAll("[style]:not([style=''])")]
    .map((e) => `a style attribute: ${e.outerHTML.slice(0, 120)}`);
  if (document.documentElement.scrollWidth > innerWidth) found.push("wider than the window");
  for (const e of document.querySelectorAll("input:not([type=hidden],[type=radio],[type=checkbox])," +
    "select,textarea")) {
    if (!e.offsetParent) continue;
    const back = behind(e.parentElement), edge = over(rgb(getComputedStyle(e).borderBottomColor), back);
    const [a, b] = [light(edge), light(back)], ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 3) found.push(`a border under 3:1: ${e.name}, ${ratio}`); }
  const late = new Promise((_, no) =>
    setTimeout(() => no(new Error(`axe has not ended after ${seconds} seconds`)), seconds * 1000));
  const only = rules.length ? {type: "rule", values: rules} : {type: "tag", values: tags};
  const run = axe.run(document, {runOnly: only, resultTypes: ["violations"]});
  for (const v of (await Promise.race([run, late])).violations)
    found.push(`${v.id}, ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200)).join(" | ")}`);
  return found;
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


def faults(page: Page, *, colours_only: bool = False) -> list[str]:
    """Each fault of the page as it is shown; of axe, `colours_only` runs COLOUR_RULES in place of all."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    rules = COLOUR_RULES if colours_only else []
    found: list[str] = page.evaluate(_LOOK, [TAGS, rules, AXE_SECONDS])
    return found


def check(page: Page) -> None:
    """Raises AssertionError naming each fault of the page as it is shown, by every rule."""
    assert not (found := faults(page)), found


def check_views(page: Page) -> None:
    """Raises AssertionError naming each fault of the page in each view; leaves it narrow and light."""
    found = {}
    for scheme, width in VIEWS:
        look(page, scheme, width)
        if wrong := faults(page, colours_only=scheme == "dark"):
            found[f"{scheme}, {width}"] = wrong
    assert not found, found
