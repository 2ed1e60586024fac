"""Documents of a commission as PDF that a screen reader can read: PDF/UA-1 and PDF/A-2a at once.

A document is a title and blocks; `feuille.typ` sets them all, with our fonts. What is printed comes in as
JSON, so that nothing somebody typed is ever taken for a command.
"""

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import typst

STANDARDS = ["ua-1", "a-2a"]
WITHOUT_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed')
INSTEAD = "\u25a1"
"""What stands for a sign that no font has; the rest of the document goes out."""
TRIES = 40
Block = Mapping[str, Any]


@dataclass(frozen=True)
class Sheet:
    """One document. `over`: the line above the title; `under`: those below; `foot`: on every page."""

    title: str
    over: str
    under: Sequence[str]
    blocks: Sequence[Block]
    foot: str
    on: date
    """The day it was made."""


def heading(text: str) -> Block:
    """A title inside the document."""
    return {"kind": "heading", "text": text}


def text(said: str) -> Block:
    """A paragraph."""
    return {"kind": "text", "text": said}


def table(head: Sequence[str], widths: Sequence[int], rows: Sequence[Sequence[str]]) -> Block:
    """A table with its header; `widths` are shares of the page."""
    return {"kind": "table", "head": head, "widths": widths, "rows": rows}


def facts(rows: Sequence[tuple[str, str]]) -> Block:
    """Names and values; empty values are left out."""
    return {"kind": "facts", "rows": [row for row in rows if row[1]]}


def boxes(said: str, items: Sequence[str]) -> Block:
    """A question and boxes to tick by hand."""
    return {"kind": "boxes", "text": said, "items": items}


def blank(said: str, count: int = 1) -> Block:
    """A question and lines to write on."""
    return {"kind": "blank", "text": said, "count": count}


def items(said: Sequence[str]) -> Block:
    """A list."""
    return {"kind": "list", "items": said}


NEXT_PAGE: Block = {"kind": "page"}


async def pdf(sheet: Sheet) -> bytes:
    """The document, set in a thread of its own: some milliseconds of work that no request waits behind."""
    day = [sheet.on.year, sheet.on.month, sheet.on.day]
    content = json.dumps(asdict(sheet) | {"on": day}, ensure_ascii=False)
    return await asyncio.to_thread(_set, content)


def _set(content: str) -> bytes:
    for _ in range(TRIES):
        try:
            return _compiled(content)
        except typst.TypstError as error:
            found = WITHOUT_GLYPH.search(str(error))
            if found is None:
                raise
            content = content.replace(found[1], INSTEAD * len(found[1]))
    return _compiled("".join(sign if sign < "\u0250" else INSTEAD for sign in content))


def _compiled(content: str) -> bytes:
    folder = files("cases") / "documents"
    made = typst.compile(
        str(folder / "feuille.typ"),
        font_paths=_fonts(),
        sys_inputs={"d": content},
        pdf_standards=STANDARDS,  # type: ignore[arg-type]  # two at once; the stub says one list of literals
    )
    assert isinstance(made, bytes)
    return made


@cache
def _fonts() -> typst.Fonts:
    folder = files("cases") / "documents" / "fonts"
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(folder)])
