"""What every page must pass in a browser: axe, no overflow, visible field borders, a silent CSP."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright

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


def launch(playwright: Playwright) -> Browser:
    """The machine's chromium, without what would call home."""
    return playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)


@contextmanager
def opened(
    browser: Browser,
    url: str,
    scheme: str = "light",
    width: int = 1280,
    *,
    status: int = 200,
    cookies: Mapping[str, str] | None = None,
    script: bool = True,
) -> Iterator[Page]:
    """A page in a fresh context, answered with `status`; fails if the CSP or a script complains."""
    context = browser.new_context(
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": width, "height": 900},
        locale="fr-FR",
        java_script_enabled=script,
    )
    for name, value in (cookies or {}).items():
        context.add_cookies([{"name": name, "value": value, "url": url}])
    page = context.new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda m: said.append(m.text) if "Content Security" in m.text else None)
    try:
        answer = page.goto(url, wait_until="load")
        assert answer is not None
        assert answer.status == status, f"{url} answered {answer.status}"
        yield page
        assert not said, said
    finally:
        context.close()


def check(page: Page) -> None:
    """Raises AssertionError naming each fault of the page as it is shown."""
    styled = page.locator("[style]:not([style=''])").evaluate_all(
        "found => found.map((e) => e.outerHTML.slice(0, 120))"
    )
    assert not styled, f"a style attribute: {styled}"
    page.evaluate(AXE.read_text("utf-8"))
    result = page.evaluate("t => axe.run(document, {runOnly: {type: 'tag', values: t}})", TAGS)
    faults = [(v["id"], v["help"], [n["html"][:200] for n in v["nodes"]][:3]) for v in result["violations"]]
    assert not faults, faults
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, "wider than the window"
    assert not (thin := page.evaluate(_BORDERS)), f"borders under 3:1: {thin}"
