"""Every component and every refusal in a browser: light, dark, wide, narrow, with and without script."""

import threading
from collections.abc import Iterator

import pytest
import uvicorn

from seuil_dev.engine import wait_until
from tests.e2e import axe
from tests.webui.showcase import Showcase, make_showcase

pytestmark = pytest.mark.browser
PAGE = "/registration/composants"
STARTED = 20.0
REFUSALS = [(f"/registration/refus/{status}", status) for status in (403, 409, 500, 503)]


@pytest.fixture(scope="module")
def showcase() -> Showcase:
    return make_showcase()


@pytest.fixture(scope="module")
def address(showcase: Showcase) -> Iterator[str]:
    server = uvicorn.Server(
        uvicorn.Config(showcase.app, port=0, log_level="error", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert wait_until(lambda: server.started or not thread.is_alive(), STARTED), "the server does not start"
    assert server.started, "the server ended at its start"
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(STARTED)
    assert not thread.is_alive(), "the server does not stop"


@pytest.mark.parametrize(("scheme", "width"), axe.VIEWS)
def test_components(windows: axe.Windows, address: str, scheme: str, width: int) -> None:
    with axe.opened(windows, address + PAGE, scheme, width) as page:
        axe.check(page)
        page.locator("details summary").first.click()
        axe.check(page)


@pytest.mark.parametrize(("scheme", "width"), axe.VIEWS)
def test_mistakes(windows: axe.Windows, address: str, scheme: str, width: int) -> None:
    with axe.opened(windows, address + PAGE, scheme, width) as page:
        page.fill("#courriel", "amina@")
        page.get_by_role("button", name="M’inscrire").click()
        page.wait_for_selector(".resume")
        assert page.evaluate("document.activeElement.className") == "resume"
        assert page.input_value("#courriel") == "amina@"
        axe.check(page)
        page.locator(".resume a").first.click()
        assert page.evaluate("document.activeElement.id") == "courriel"


@pytest.mark.parametrize(("path", "status"), [*REFUSALS, ("/rien", 404)])
def test_refusals(windows: axe.Windows, address: str, path: str, status: int) -> None:
    for scheme, width in (("light", 1280), ("dark", 320)):
        with axe.opened(windows, address + path, scheme, width, status=status) as page:
            axe.check(page)


@pytest.mark.parametrize(("scheme", "width"), axe.VIEWS)
def test_signed_in(windows: axe.Windows, address: str, showcase: Showcase, scheme: str, width: int) -> None:
    token = {"seuil": showcase.token("coordinator")}
    with axe.opened(windows, address + "/registration/reserve", scheme, width, cookies=token) as page:
        if width == 320:
            page.get_by_role("button", name="Menu").click()
        assert page.get_by_role("button", name="Se déconnecter").is_visible()
        axe.check(page)


def test_without_script(windows: axe.Windows, address: str) -> None:
    with axe.opened(windows, address + PAGE, width=320, script=False) as page:
        page.get_by_role("button", name="Menu").click()
        assert page.get_by_role("link", name="Se connecter").is_visible()
        page.get_by_role("button", name="Menu").click()
        page.get_by_role("button", name="M’inscrire").click()
        page.wait_for_selector(".resume")
        assert page.title().startswith("Erreur")


def test_icons_are_drawn(windows: axe.Windows, address: str) -> None:
    with axe.opened(windows, address + PAGE) as page:
        drawn = page.evaluate("document.querySelector('.etat .ic use').getBBox().width")
        assert drawn > 0


@pytest.mark.parametrize("width", [768, 1215, 1217])
def test_the_menu_fits_at_the_turning_point(
    windows: axe.Windows, address: str, showcase: Showcase, width: int
) -> None:
    token = {"seuil": showcase.token("coordinator", "operator")}
    with axe.opened(windows, address + "/registration/reserve", width=width, cookies=token) as page:
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.evaluate("document.querySelector('.haut').offsetHeight") < 70
