"""Light or dark changes colours and nothing else: what a page holds is judged in one scheme only."""

import re

import pytest

from tests.tidy.tree import text, under

SCHEME = re.compile(r"([^{};]*(?:color-scheme|data-theme)[^{}]*)\{([^{}]*)\}")
COLOUR = re.compile(r"--[\w-]+|(?:[\w-]*-)?color|background|fill|stroke|border(?:-\w+)*|outline|box-shadow")


def asked(sheet: str) -> list[str]:
    """What in a sheet or a page depends on the scheme otherwise than by a colour."""
    found = re.findall(r"[^\n]*prefers-color-scheme[^\n]*", sheet)
    for selector, said in SCHEME.findall(sheet):
        if "data-theme" in selector and re.sub(r"color-scheme:\w+(?: \w+)?;?", "", said):
            found.append(selector)
    for declared in re.findall(r"([\w-]+)\s*:[^;{}]*light-dark\(", sheet):
        if not COLOUR.fullmatch(declared):
            found.append(declared)
    return found


def shown() -> list[str]:
    """Every sheet, script and template of a page."""
    found = [path for kind in (".css", ".js", ".html") for path in under("libs", "services", suffix=kind)]
    return [path for path in found if "/courriel/" not in path]


def test_no_page_asks_for_the_scheme_but_for_its_colours() -> None:
    assert len(shown()) > 50
    assert {path: found for path in shown() if (found := asked(text(path)))} == {}


@pytest.mark.parametrize(
    "sheet",
    [
        "@media (prefers-color-scheme:dark){.a{display:none}}",
        '<source media="(prefers-color-scheme: dark)" srcset="nuit.png">',
        ":root[data-theme=sombre]{color-scheme:dark;font-size:2em}",
        ".a{width:light-dark(1px,2px)}",
    ],
)
def test_something_else_is_seen(sheet: str) -> None:
    assert asked(sheet)
    assert not asked(":root[data-theme=clair]{color-scheme:light}.a{color:light-dark(#fff,#000)}")
