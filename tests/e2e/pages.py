"""Every page and state that is looked at in a browser: errors, empty lists and refusals included.

One file per service, `pages_<service>.py`, found by its name: its `PAGES`, and its `places(city)` for what
stands in the braces of their addresses, `{open}` the open commission, `{message}` a message of the log.
"""

from importlib import import_module
from pathlib import Path
from types import ModuleType

from tests.e2e.page import Page
from tests.stack.city import City

FILES = [import_module(f"tests.e2e.{file.stem}") for file in sorted(Path(__file__).parent.glob("pages_*.py"))]
PAGES: list[Page] = [page for file in FILES for page in file.PAGES]
_FILE_OF = {page.name: file for file in FILES for page in file.PAGES}


class Places:
    """What the braces stand for; each file's places are made once, when one of its pages is looked at."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._made: dict[str, dict[str, str]] = {}

    def address(self, page: Page) -> str:
        """Where the page is, on this city."""
        return self._city.url + page.path.format(**self._of(_FILE_OF[page.name]))

    def _of(self, file: ModuleType) -> dict[str, str]:
        if file.__name__ not in self._made:
            told: dict[str, str] = file.places(self._city) if hasattr(file, "places") else {}
            self._made[file.__name__] = {**self._city.commissions, **told}
        return self._made[file.__name__]
