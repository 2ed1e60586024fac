"""Every page and state that is looked at in a browser: errors, empty lists and refusals included.

One file per service, `pages_<service>.py`, found by its name: its `PAGES`, and its `places(city)` for what
stands in the braces of their addresses, `{open}` the open commission, `{message}` a message of the log.
"""

from importlib import import_module
from pathlib import Path

from tests.e2e.page import Page
from tests.stack.city import City

FILES = [import_module(f"tests.e2e.{file.stem}") for file in sorted(Path(__file__).parent.glob("pages_*.py"))]
PAGES: list[Page] = [page for file in FILES for page in file.PAGES]


def places(city: City) -> dict[str, str]:
    """What the braces in the addresses stand for."""
    found: dict[str, str] = {}
    for file in FILES:
        told = file.places(city) if hasattr(file, "places") else {}
        assert not found.keys() & told.keys(), f"{file.__name__} names again {found.keys() & told.keys()}"
        found |= told
    return found
