"""Information, agreement, objection: three records of a household, added to and never merged nor edited.

What a file's edit changes is the file: these stay as they were said (features T13, users U16).
"""

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import distinct_on, insert

from cases.domain.file import Agreement, Information
from cases.tables import AGREEMENT, INFORMATION
from contracts.lists import InformedHow
from eventing.db import Tx, run, run_one

_I = ("case_id", "household_id", "informed_on", "how", "notice_version", "language", "author", "at")
_A = ("case_id", "household_id", "panel", "landlord", "health", "given_on", "withdrawn_on", "author", "at")
ADD_INFORMATION = insert(INFORMATION).values({name: bindparam(name) for name in _I})
ADD_AGREEMENT = insert(AGREEMENT).values({name: bindparam(name) for name in _A})
LAST_INFORMATION = (
    select(INFORMATION)
    .where(INFORMATION.c.case_id == bindparam("id"))
    .order_by(INFORMATION.c.id.desc())
    .limit(1)
)
LAST_AGREEMENT = (
    select(AGREEMENT).where(AGREEMENT.c.case_id == bindparam("id")).order_by(AGREEMENT.c.id.desc()).limit(1)
)
LAST_OF_EACH = (
    select(AGREEMENT.c.case_id, AGREEMENT.c.withdrawn_on)
    .ext(distinct_on(AGREEMENT.c.case_id))
    .order_by(AGREEMENT.c.case_id, AGREEMENT.c.id.desc())
)
ALL_INFORMATION = (
    select(INFORMATION).where(INFORMATION.c.case_id == bindparam("id")).order_by(INFORMATION.c.id)
)
ALL_AGREEMENTS = select(AGREEMENT).where(AGREEMENT.c.case_id == bindparam("id")).order_by(AGREEMENT.c.id)


async def add_information(tx: Tx, case_id: UUID, household_id: UUID, said: Information) -> None:
    """The household was informed, says the author."""
    await run(
        tx,
        ADD_INFORMATION,
        case_id=case_id,
        household_id=household_id,
        informed_on=said.informed_on,
        how=said.how.value,
        notice_version=said.notice_version,
        language=said.language,
        author=tx.actor,
        at=tx.now,
    )


async def add_agreement(tx: Tx, case_id: UUID, household_id: UUID, said: Agreement) -> None:
    """What the household agrees to from now on, says the author."""
    await run(
        tx,
        ADD_AGREEMENT,
        case_id=case_id,
        household_id=household_id,
        panel=said.panel,
        landlord=said.landlord,
        health=said.health,
        given_on=said.given_on,
        withdrawn_on=said.withdrawn_on,
        author=tx.actor,
        at=tx.now,
    )


async def information(tx: Tx, case_id: UUID) -> Information | None:
    """The last information given."""
    row = await run_one(tx, LAST_INFORMATION, id=case_id)
    return _information(row) if row else None


async def agreement(tx: Tx, case_id: UUID) -> Agreement | None:
    """What holds now."""
    row = await run_one(tx, LAST_AGREEMENT, id=case_id)
    return _agreement(row) if row else None


async def withdrawn(tx: Tx) -> frozenset[UUID]:
    """Cases whose household has taken its agreement back."""
    return frozenset(row["case_id"] for row in await run(tx, LAST_OF_EACH) if row["withdrawn_on"] is not None)


async def everything(tx: Tx, case_id: UUID) -> tuple[list[Information], list[Agreement]]:
    """Both records whole, oldest first."""
    said = await run(tx, ALL_INFORMATION, id=case_id)
    agreed = await run(tx, ALL_AGREEMENTS, id=case_id)
    return [_information(row) for row in said], [_agreement(row) for row in agreed]


def _information(row: Any) -> Information:
    return Information(
        informed_on=row["informed_on"],
        how=InformedHow(row["how"]),
        notice_version=row["notice_version"],
        language=row["language"],
    )


def _agreement(row: Any) -> Agreement:
    return Agreement(
        panel=row["panel"],
        landlord=row["landlord"],
        health=row["health"],
        given_on=row["given_on"],
        withdrawn_on=row["withdrawn_on"],
    )
