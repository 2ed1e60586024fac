"""Small facts, short to write in a test: ids from a word, everything else with a plain default."""

import hashlib
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from contracts.integration import (
    AllocationReported,
    CallRecorded,
    CallsCounted,
    CoverageDeclared,
    EncounterRecorded,
    FiguresImported,
    RequestAnswered,
    RequestRegistered,
    SupplyReported,
)

PARIS = ZoneInfo("Europe/Paris")


def an_id(word: str) -> UUID:
    """The same id for the same word."""
    return UUID(bytes=hashlib.sha256(word.encode()).digest()[:16], version=4)


PARTNER = an_id("partner")


def _record(word: str, revision: int = 1, void: bool = False) -> dict[str, Any]:
    return {
        "record_id": an_id(word),
        "revision": revision,
        "void": void,
        "partner_id": PARTNER,
        "backfill": False,
    }


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """An instant from a civil day and hour in Paris."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=PARIS).astimezone(UTC)


def allocation(word: str, revision: int = 1, void: bool = False, **said: Any) -> AllocationReported:
    """A social dwelling leased on 14 May 2022 to a household that lived in a hotel."""
    if void:
        return AllocationReported(**_record(word, revision, True), allocation_id=an_id(word))
    fields: dict[str, Any] = {
        "register": "sne",
        "scheme": "social_housing",
        "quota": "prefect",
        "territory_cell": "59350",
        "situation_at_request": "hotel",
        "composition": "man_alone",
        "persons": 1,
        "lease_signed_on": date(2022, 5, 14),
    }
    return AllocationReported(**_record(word, revision), allocation_id=an_id(word), **(fields | said))


def request(
    word: str, revision: int = 1, void: bool = False, home: str = "", **said: Any
) -> RequestRegistered:
    """A new request by the 115 for the night of 13 December 2022."""
    household = an_id(f"home {home or word}")
    if void:
        return RequestRegistered(**_record(word, revision, True), household_id=household)
    night = said.get("night_of", date(2022, 12, 13))
    fields: dict[str, Any] = {
        "door": "call_115",
        "branch": "emergency",
        "kind": "new",
        "night_of": night,
        "registered_on": night,
        "composition": "man_alone",
        "adults": 1,
        "minors": 0,
        "minors_under_3": 0,
        "situation_group": "street",
        "need_group": "no_housing",
        "schemes": (),
    }
    return RequestRegistered(**_record(word, revision), household_id=household, **(fields | said))


def answer(
    word: str, to: str, answered_at: datetime, said: str = "attributed", *, home: str = "", **more: Any
) -> RequestAnswered:
    """An answer to the request called `to`."""
    fields = {"revision": more.pop("revision", 1)}
    return RequestAnswered(
        **_record(word, **fields),
        household_id=an_id(f"home {home or to}"),
        request_record_id=an_id(to),
        answer=said,
        answered_at=answered_at,
        **more,
    )


def calls(word: str, day: date, offered: int, answered: int, abandoned: int, **more: Any) -> CallsCounted:
    """A day of the switch."""
    counts = {"offered": offered, "answered": answered, "abandoned": abandoned}
    return CallsCounted(**_record(word, more.pop("revision", 1)), day=day, line="115", **counts)


def call(word: str, night: date, **said: Any) -> CallRecorded:
    """An answered call."""
    fields: dict[str, Any] = {"caller": "person", "outcome": "request"} | said
    return CallRecorded(**_record(word), night_of=night, **fields)


def encounter(word: str, night: date, persons: int, **said: Any) -> EncounterRecorded:
    """A meeting in the street."""
    fields: dict[str, Any] = {"territory_cell": "59350", "outcome": "met"} | said
    return EncounterRecorded(**_record(word), night_of=night, persons=persons, **fields)


def supply(word: str, day: date, places: int, **said: Any) -> SupplyReported:
    """A report of places by a shelter."""
    revision = said.pop("revision", 1)
    organisation = an_id(f"organisation {said.pop('organisation', word)}")
    fields: dict[str, Any] = {"scheme": "chrs", "territory_cell": "59350"} | said
    return SupplyReported(
        **_record(word, revision), organisation_id=organisation, day=day, places=places, **fields
    )


def coverage(word: str, record: str, first: date, last: date, partner: str = "") -> CoverageDeclared:
    """What a partner's history covers."""
    common = _record(word) | ({"partner_id": an_id(partner)} if partner else {})
    return CoverageDeclared(**common, record_type=record, from_on=first, to_on=last)


def figures(word: str, year: int, value: int, vintage: date = date(2023, 5, 1)) -> FiguresImported:
    """The published total of allocations of a year."""
    return FiguresImported(
        **_record(word),
        table="allocations_homeless",
        vintage=vintage,
        perimeter="not_stated",
        unit="allocations",
        cells=({"dims": {"year": year}, "value": value},),
        source_code="urh_2023_05",
    )
