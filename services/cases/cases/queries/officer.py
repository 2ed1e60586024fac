"""What the data officer looks at: requests, erasures that wait, silent households, who read what."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from cases.domain.asking import KEPT_MONTHS, WARNED_MONTHS, months_before
from cases.domain.rules import civil_day
from cases.store import erasures, intake, requests
from cases.store.requests import Reading, Request
from cases.store.vault import Vault
from cases.tables import CASE_FILE, PERSON_KNOWN
from contracts.lists import EraseGround
from eventing.db import Tx, run

READ_DAYS = 30
RESERVED = "réservé"
_SAID = (CASE_FILE.c.case_ref, CASE_FILE.c.protected, CASE_FILE.c.audience)
REFERENCES = select(CASE_FILE.c.household_id, CASE_FILE.c.case_id, *_SAID).where(
    CASE_FILE.c.household_id == any_(bindparam("ids", type_=ARRAY(Uuid)))
)
CASE_REFERENCES = select(CASE_FILE.c.case_id, *_SAID).where(
    CASE_FILE.c.case_id == any_(bindparam("ids", type_=ARRAY(Uuid)))
)
NAMES = select(PERSON_KNOWN.c.person_id, PERSON_KNOWN.c.given_name, PERSON_KNOWN.c.family_name).where(
    PERSON_KNOWN.c.person_id == any_(bindparam("ids", type_=ARRAY(Uuid)))
)


@dataclass(frozen=True)
class Erasure:
    """An erasure that waits: for the coordination to propose it, then for the data officer."""

    household_id: UUID
    ground: EraseGround
    asked_at: datetime
    proposed: bool
    proposed_by: UUID | None
    references: tuple[str, ...]


@dataclass(frozen=True)
class Silent:
    """A household without contact for long; `due`: two years have passed."""

    household_id: UUID
    last_contact_on: date
    due: bool
    references: tuple[str, ...]


@dataclass(frozen=True)
class ReadingLine:
    """Who read what, in words."""

    reading: Reading
    name: str
    reference: str | None


async def waiting_requests(tx: Tx, vault: Vault, reader: UUID) -> list[tuple[Request, str]]:
    """What households asked, with the reference of the case; of a protected one, to who is named in it."""
    found = await requests.waiting(tx, vault)
    words = await _case_references(tx, [each.case_id for each in found if each.case_id], reader)
    return [(each, words.get(each.case_id, "") if each.case_id else "") for each in found]


async def waiting_erasures(tx: Tx, reader: UUID) -> list[Erasure]:
    """Erasures that wait, oldest first."""
    rows = await erasures.open_requests(tx)
    words = await _references(tx, [row["household_id"] for row in rows], reader)
    return [
        Erasure(
            row["household_id"],
            EraseGround(row["ground"]),
            row["asked_at"],
            row["proposed_by"] is not None,
            row["proposed_by"],
            words.get(row["household_id"], ()),
        )
        for row in rows
        if row["household_id"] in words
    ]


async def silent_households(tx: Tx, reader: UUID) -> list[Silent]:
    """Households without contact for 22 months or more, the oldest first; 500 at most."""
    today = civil_day(tx.now)
    limit = months_before(today, KEPT_MONTHS)
    rows = await erasures.silent(tx, months_before(today, WARNED_MONTHS))
    words = await _references(tx, [row["household_id"] for row in rows], reader)
    return [
        Silent(
            row["household_id"],
            row["last_contact_on"],
            row["last_contact_on"] <= limit,
            words.get(row["household_id"], ()),
        )
        for row in rows
    ]


async def readings(tx: Tx, case_ref: str | None, case_id: UUID | None) -> list[ReadingLine]:
    """The readings of a month, or all those of one case."""
    if case_ref is not None:
        found = await requests.readings_of(tx, case_id) if case_id is not None else []
    else:
        found = await requests.readings(tx, tx.now - timedelta(days=READ_DAYS))
    people = {
        row["person_id"]: f"{row['given_name'] or ''} {row['family_name'] or ''}".strip()
        for row in await run(tx, NAMES, ids=[each.person_id for each in found if each.person_id])
    }
    words = await _case_references(tx, [each.case_id for each in found if each.case_id])
    return [
        ReadingLine(
            each,
            people.get(each.person_id, "Personne sans nom") if each.person_id else "Logiciel partenaire",
            words.get(each.case_id) if each.case_id else None,
        )
        for each in found
    ]


async def received(tx: Tx) -> list[intake.Intake]:
    """Files of partners that wait for somebody to look."""
    return await intake.to_look_at(tx)


def _said(row: Any, reader: UUID | None) -> str:
    hidden = reader is not None and row["protected"] and reader not in row["audience"]
    return RESERVED if hidden else str(row["case_ref"])


async def _references(tx: Tx, ids: list[UUID], reader: UUID) -> dict[UUID, tuple[str, ...]]:
    found: dict[UUID, tuple[str, ...]] = {}
    for row in await run(tx, REFERENCES, ids=ids):
        found[row["household_id"]] = (*found.get(row["household_id"], ()), _said(row, reader))
    return found


async def _case_references(tx: Tx, ids: list[Any], reader: UUID | None = None) -> dict[UUID, str]:
    return {row["case_id"]: _said(row, reader) for row in await run(tx, CASE_REFERENCES, ids=ids)}
