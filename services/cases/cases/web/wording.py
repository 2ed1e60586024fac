"""The words of pages: what was done, what a code means, when."""

from webui.pages import Pages

DONE: dict[str, str] = {}
"""What a page says after a redirection; each module of pages adds its own sentences."""


def install(pages: Pages) -> None:
    """Give every template the words of cases."""
