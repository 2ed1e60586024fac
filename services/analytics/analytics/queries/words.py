"""French words for the codes that figures are grouped by."""

import re
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text

from analytics.domain.figures import Cell
from contracts.communes import COMMUNES
from contracts.lists import ClosedList, Perimeter
from eventing.db import Tx, run_one
from webui.french import MONTHS, date_courte

NAME = text("SELECT name FROM organisation WHERE organisation_id = CAST(:id AS uuid)")
NOT_LINKED = "Organisme non relié"
NOT_GIVEN = "Organisme non donné"
Word = Callable[[Tx, Any], Awaitable[Cell]]


def label(kind: type[ClosedList], code: str | None) -> str:
    """The words of a closed list for a code, the code itself when it came after us."""
    if code is None:
        return kind("unknown").label
    try:
        return kind(code).label
    except ValueError:
        return code


def word(kind: type[ClosedList]) -> Word:
    """The words of a closed list, as the splits ask for them."""

    async def say(tx: Tx, code: str | None) -> Cell:
        return label(kind, code)

    return say


async def cell_word(tx: Tx, code: str | None) -> Cell:
    """A commune by its name where we know it, else its code; a sector by its number."""
    return place(code)


def place(code: str | None) -> str:
    """The same, outside a query."""
    if code in (None, "unknown"):
        return "Commune non précisée"
    if code == "withheld":
        return "Non communiquée"
    assert code is not None
    if found := re.fullmatch(r"sector:(\d{9})-(\d{1,3})", code):
        return f"Secteur {found[2]} ({found[1]})"
    return f"{COMMUNES[code]} ({code})" if code in COMMUNES else f"Commune {code}"


async def organisation_word(tx: Tx, code: UUID | None) -> Cell:
    """The name of a linked organisation; else a short mark that tells one unlinked from another."""
    if code is None:
        return NOT_GIVEN
    row = await run_one(tx, NAME, id=code)
    return row["name"] if row else f"{NOT_LINKED} ({str(code)[:4]})"


def month_word(step: date, by_day: bool) -> str:
    """« mars 2022 », or « mar. 8 mars » day by day."""
    return date_courte(step, jour=True) if by_day else f"{MONTHS[step.month - 1]} {step.year}"


def source_word(code: str) -> str:
    """« URH, mai 2023 » for `urh_2023_05`; the code as it is otherwise."""
    if found := re.fullmatch(r"([a-z]+)_(\d{4})_(\d{2})", code):
        month = MONTHS[int(found[3]) - 1] if 1 <= int(found[3]) <= 12 else found[3]
        return f"{found[1].upper()}, {month} {found[2]}"
    return code


def perimeter_word(code: str) -> str:
    """The words for a perimeter."""
    return label(Perimeter, code)


def dim_word(name: str, value: object) -> str:
    """What a published total is restricted to, in words: « mars », « jusqu’à fin mai »."""
    if isinstance(value, int) and 1 <= value <= 12:
        if name == "month":
            return MONTHS[value - 1]
        if name == "until_month":
            return f"jusqu’à fin {MONTHS[value - 1]}"
    return f"{name} : {value}"
