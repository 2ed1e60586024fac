"""Commissions with their workshops and programme."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import Uuid, any_, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert

from contracts.lists import CancelReason, Part
from eventing.db import Tx, run, run_many, run_one
from registration.domain.commission import Commission, CommissionState, Held, Talk, Workshop
from registration.tables import COMMISSION, PANEL, TALK, WORKSHOP

INSERT = insert(COMMISSION).values({c.name: bindparam(c.name) for c in COMMISSION.columns})
_SETTABLE = [c.name for c in COMMISSION.columns if c.name not in ("commission_id", "created_at")]
UPDATE = (
    update(COMMISSION)
    .where(COMMISSION.c.commission_id == bindparam("id"))
    .values({name: bindparam(f"new_{name}") for name in _SETTABLE})
)
SELECT = select(COMMISSION).where(COMMISSION.c.commission_id == bindparam("id"))
SELECT_MANY = select(COMMISSION).where(
    COMMISSION.c.commission_id == any_(bindparam("ids", type_=ARRAY(Uuid)))
)
SELECT_WORKSHOPS = (
    select(WORKSHOP)
    .where(WORKSHOP.c.commission_id == any_(bindparam("ids", type_=ARRAY(Uuid))))
    .order_by(WORKSHOP.c.commission_id, WORKSHOP.c.rank)
)
SELECT_TALKS = (
    select(TALK)
    .where(TALK.c.commission_id == any_(bindparam("ids", type_=ARRAY(Uuid))))
    .order_by(TALK.c.commission_id, TALK.c.rank)
)
DELETE_WORKSHOPS = delete(WORKSHOP).where(WORKSHOP.c.commission_id == bindparam("id"))
INSERT_WORKSHOP = insert(WORKSHOP).values({c.name: bindparam(c.name) for c in WORKSHOP.columns})
FOREIGN_WORKSHOPS = select(func.count()).where(
    WORKSHOP.c.workshop_id == any_(bindparam("ids", type_=ARRAY(Uuid))),
    WORKSHOP.c.commission_id != bindparam("commission_id"),
)
DELETE_TALKS = delete(TALK).where(TALK.c.commission_id == bindparam("id"))
INSERT_TALK = insert(TALK).values({c.name: bindparam(c.name) for c in TALK.columns})
_new_member = insert(PANEL).values({c.name: bindparam(c.name) for c in PANEL.columns})
PUT_MEMBER = _new_member.on_conflict_do_update(
    index_elements=["commission_id", "person_id"],
    set_={
        c.name: _new_member.excluded[c.name]
        for c in PANEL.columns
        if c.name not in ("commission_id", "person_id")
    },
)
MEMBER = select(PANEL).where(
    PANEL.c.commission_id == bindparam("commission"), PANEL.c.person_id == bindparam("person")
)
REMOVE_MEMBER = (
    update(PANEL)
    .where(PANEL.c.commission_id == bindparam("commission"), PANEL.c.person_id == bindparam("person"))
    .values(removed_for=bindparam("reason"))
)


async def load(tx: Tx, commission_id: UUID) -> Commission | None:
    """The commission as it stands, or None."""
    row = await run_one(tx, SELECT, id=commission_id)
    return None if row is None else (await with_parts(tx, [row]))[0]


async def with_parts(tx: Tx, rows: Sequence[asyncpg.Record]) -> list[Commission]:
    """Commissions from their rows, with workshops and talks."""
    ids = [row["commission_id"] for row in rows]
    workshops: dict[UUID, list[Workshop]] = {}
    for found in await run(tx, SELECT_WORKSHOPS, ids=ids):
        workshops.setdefault(found["commission_id"], []).append(_workshop(found))
    talks: dict[UUID, list[Talk]] = {}
    for found in await run(tx, SELECT_TALKS, ids=ids):
        talk = Talk(found["title"], found["speaker"], found["starts"], found["minutes"])
        talks.setdefault(found["commission_id"], []).append(talk)
    return [
        _commission(row, workshops.get(row["commission_id"], []), talks.get(row["commission_id"], []))
        for row in rows
    ]


def _workshop(row: asyncpg.Record) -> Workshop:
    return Workshop(
        workshop_id=row["workshop_id"],
        title=row["title"],
        slot=row["slot"],
        capacity=row["capacity"],
        room=row["room"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
    )


def _commission(row: asyncpg.Record, workshops: list[Workshop], talks: list[Talk]) -> Commission:
    values = {name: row[name] for name in _SETTABLE}
    held = row["held"]
    values.update(
        commission_id=row["commission_id"],
        state=CommissionState(row["state"]),
        parts=tuple(Part(part) for part in row["parts"]),
        cancel_reason=CancelReason(row["cancel_reason"]) if row["cancel_reason"] else None,
        held=Held(**held | {"held_on": date.fromisoformat(held["held_on"])}) if held else None,
        workshops=tuple(workshops),
        talks=tuple(talks),
    )
    return Commission(**values)


async def save(tx: Tx, commission: Commission, *, new: bool = False) -> None:
    """Write a commission whole, its workshops and talks in their order."""
    values = {name: getattr(commission, name) for name in _SETTABLE}
    values |= {
        "state": commission.state.value,
        "parts": [part.value for part in commission.parts],
        "cancel_reason": commission.cancel_reason and commission.cancel_reason.value,
        "held": asdict(commission.held) if commission.held else None,
    }
    if new:
        await run(tx, INSERT, commission_id=commission.commission_id, created_at=tx.now, **values)
    else:
        renamed = {f"new_{name}": value for name, value in values.items()}
        await run(tx, UPDATE, id=commission.commission_id, **renamed)
    await _save_parts(tx, commission)


async def _save_parts(tx: Tx, commission: Commission) -> None:
    of = commission.commission_id
    await run(tx, DELETE_WORKSHOPS, id=of)
    rows = [asdict(w) | {"commission_id": of, "rank": n} for n, w in enumerate(commission.workshops)]
    await run_many(tx, INSERT_WORKSHOP, rows)
    await run(tx, DELETE_TALKS, id=of)
    rows = [asdict(talk) | {"commission_id": of, "rank": n} for n, talk in enumerate(commission.talks)]
    await run_many(tx, INSERT_TALK, rows)


async def uses_foreign_workshop(tx: Tx, commission: Commission) -> bool:
    """Whether one of its workshop ids is already another commission's."""
    ids = [w.workshop_id for w in commission.workshops]
    row = await run_one(tx, FOREIGN_WORKSHOPS, ids=ids, commission_id=commission.commission_id)
    return row is not None and row[0] > 0


async def member(tx: Tx, commission_id: UUID, person_id: UUID) -> asyncpg.Record | None:
    """The row of a panel member, removed or not."""
    return await run_one(tx, MEMBER, commission=commission_id, person=person_id)


async def put_member(tx: Tx, **values: Any) -> None:
    """Write a panel member."""
    await run(tx, PUT_MEMBER, removed_for=None, **values)


async def remove_member(tx: Tx, commission_id: UUID, person_id: UUID, reason: str) -> None:
    """Mark a panel member as removed."""
    await run(tx, REMOVE_MEMBER, commission=commission_id, person=person_id, reason=reason)
