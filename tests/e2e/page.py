"""The shape of a line of the table of pages, and what may be done on a page before it is looked at."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page as Tab

State = Callable[[Tab], None]


@dataclass(frozen=True)
class Page:
    """A page as somebody sees it; `act` leads from its address to the state that is looked at."""

    name: str
    path: str
    role: str = ""
    status: int = 200
    act: State | None = None


def press(button: str, **fields: str) -> State:
    """Fill fields by their name, then press a button."""

    def act(tab: Tab) -> None:
        for name, text in fields.items():
            tab.fill(f"[name='{name}']", text)
        tab.get_by_role("button", name=button).first.click()
        tab.wait_for_load_state("load")

    return act


def opened(tab: Tab) -> None:
    """Everything that folds is unfolded."""
    tab.evaluate("document.querySelectorAll('main details').forEach((d) => { d.open = true; })")
