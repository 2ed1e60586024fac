"""What households ask about their file, through a referrer or the data officer: a month to answer each."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from cases.store.vault import Vault
from cases.tables import ACCESS_LOG, OBJECTION
from eventing.db import Tx, run, run_one

INSERT = insert(OBJECTION).values({c.name: bindparam(c.name) for c in OBJECTION.columns})
ONE = select(OBJECTION).where(OBJECTION.c.objection_id == bindparam("id"))
OPEN = select(OBJECTION).where(OBJECTION.c.answered_on.is_(None)).order_by(OBJECTION.c.due_on)
OF_CASE = select(OBJECTION).where(OBJECTION.c.case_id == bindparam("id")).order_by(OBJECTION.c.received_on)
ANSWER = (
    update(OBJECTION)
    .where(OBJECTION.c.objection_id == bindparam("id"), OBJECTION.c.answered_on.is_(None))
    .values(outcome=bindparam("new_outcome"), answered_on=bindparam("on"))
    .returning(OBJECTION.c.objection_id)
)
READINGS = (
    select(ACCESS_LOG)
    .where(ACCESS_LOG.c.at >= bindparam("since"))
    .order_by(ACCESS_LOG.c.id.desc())
    .limit(bindparam("most"))
)
READINGS_OF_CASE = (
    select(ACCESS_LOG)
    .where(ACCESS_LOG.c.case_id == bindparam("id"))
    .order_by(ACCESS_LOG.c.id.desc())
    .limit(bindparam("most"))
)


@dataclass(frozen=True)
class Request:
    """A dated item of the data officer's queue."""

    request_id: UUID
    household_id: UUID
    case_id: UUID | None
    kind: str
    received_on: date
    due_on: date
    text: str
    outcome: str | None
    answered_on: date | None


@dataclass(frozen=True)
class Reading:
    """Somebody read something."""

    person_id: UUID | None
    partner_id: UUID | None
    case_id: UUID | None
    household_id: UUID | None
    what: str
    purpose: str | None
    at: datetime


async def add(tx: Tx, vault: Vault, made: Request) -> None:
    """Write a request."""
    await run(
        tx,
        INSERT,
        objection_id=made.request_id,
        household_id=made.household_id,
        case_id=made.case_id,
        kind=made.kind,
        received_on=made.received_on,
        due_on=made.due_on,
        sealed=vault.seal(made.request_id, made.text) if made.text else None,
        outcome=None,
        answered_on=None,
        author=tx.actor,
        at=tx.now,
    )


async def find(tx: Tx, vault: Vault, request_id: UUID) -> Request | None:
    """One request."""
    row = await run_one(tx, ONE, id=request_id)
    return _request(vault, row) if row else None


async def waiting(tx: Tx, vault: Vault) -> list[Request]:
    """Requests without an answer, the most pressing first."""
    return [_request(vault, row) for row in await run(tx, OPEN)]


async def of_case(tx: Tx, vault: Vault, case_id: UUID) -> list[Request]:
    """Requests about a case."""
    return [_request(vault, row) for row in await run(tx, OF_CASE, id=case_id)]


async def answer(tx: Tx, request_id: UUID, outcome: str, on: date) -> bool:
    """Write the answer; False when it had one."""
    return await run_one(tx, ANSWER, id=request_id, new_outcome=outcome, on=on) is not None


async def readings(tx: Tx, since: datetime, most: int = 500) -> list[Reading]:
    """The last readings, newest first."""
    return [_reading(row) for row in await run(tx, READINGS, since=since, most=most)]


async def readings_of(tx: Tx, case_id: UUID, most: int = 500) -> list[Reading]:
    """Who read a case, newest first."""
    return [_reading(row) for row in await run(tx, READINGS_OF_CASE, id=case_id, most=most)]


def _request(vault: Vault, row: Any) -> Request:
    text = vault.open(row["objection_id"], row["sealed"]) if row["sealed"] else ""
    values = {
        name: row[name]
        for name in ("household_id", "case_id", "kind", "received_on", "due_on", "outcome", "answered_on")
    }
    return Request(request_id=row["objection_id"], text=text, **values)


def _reading(row: Any) -> Reading:
    return Reading(**{name: row[name] for name in Reading.__dataclass_fields__})
