"""A commission with all its sign-ups: read whole under its lock, written where it differs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from contracts.lists import Attendance, ByWhom, FreedBy, OrgKind
from contracts.topics import REGISTRATION as TOPIC
from eventing.db import Tx, run, run_many, run_one
from eventing.due import drop, plan
from registration.domain.roster import Choice, ChoiceState, Entry, Roster, State, due_id
from registration.store import commissions
from registration.tables import ATTENDANCE, CHOICE, REGISTRATION

LAPSE, EXPIRE = "lapse", "expire"
_MUTABLE = (
    *("state", "verified", "seated", "walk_in", "link_generation", "hold_until", "offer_until", "freed_by"),
    *("cancelled_by", "late", "attendance"),
)
SELECT = (
    select(
        REGISTRATION, *(c.label(f"choice_{c.name}") for c in CHOICE.columns if c.name != "registration_id")
    )
    .outerjoin(CHOICE, REGISTRATION.c.registration_id == CHOICE.c.registration_id)
    .where(REGISTRATION.c.commission_id == bindparam("id"))
)
"""A row per choice, and one for each sign-up without."""
INSERT = insert(REGISTRATION).values({c.name: bindparam(c.name) for c in REGISTRATION.columns})
UPDATE = (
    update(REGISTRATION)
    .where(REGISTRATION.c.registration_id == bindparam("id"))
    .values({name: bindparam(f"new_{name}") for name in (*_MUTABLE, "changed_at")})
)
DELETE_CHOICES = delete(CHOICE).where(CHOICE.c.registration_id == bindparam("id"))
INSERT_CHOICE = insert(CHOICE).values({c.name: bindparam(c.name) for c in CHOICE.columns})
ONE = select(
    REGISTRATION.c.commission_id,
    REGISTRATION.c.person_id,
    REGISTRATION.c.state,
    REGISTRATION.c.link_generation,
).where(REGISTRATION.c.registration_id == bindparam("id"))
_new_attendance = insert(ATTENDANCE).values({c.name: bindparam(c.name) for c in ATTENDANCE.columns})
PUT_ATTENDANCE = _new_attendance.on_conflict_do_update(
    index_elements=["registration_id", "place"],
    set_={
        name: _new_attendance.excluded[name]
        for name in ("status", "recorded_via", "recorded_by", "recorded_at")
    },
)


@dataclass(frozen=True)
class Origin:
    """What a sign-up keeps beside its entry: who did it, the organisation as it was said, the day if past."""

    author_id: UUID | None = None
    organisation_id: UUID | None = None
    organisation_name: str | None = None
    occurred_on: date | None = None


@dataclass(frozen=True)
class Whereabouts:
    """What never changes of a sign-up, and whether its link still holds."""

    commission_id: UUID
    person_id: UUID
    state: State
    link_generation: int


async def find(tx: Tx, registration_id: UUID) -> Whereabouts | None:
    """Where a sign-up belongs: read before its commission is locked."""
    row = await run_one(tx, ONE, id=registration_id)
    if row is None:
        return None
    return Whereabouts(row["commission_id"], row["person_id"], State(row["state"]), row["link_generation"])


async def load(tx: Tx, commission_id: UUID) -> Roster | None:
    """The roster of a commission; call it under the lock of its stream."""
    commission = await commissions.load(tx, commission_id)
    if commission is None:
        return None
    rows = await run(tx, SELECT, id=commission_id)
    choices: dict[UUID, list[Choice]] = {}
    for row in rows:
        if row["choice_workshop_id"] is not None:
            choices.setdefault(row["registration_id"], []).append(_choice(row))
    entries: dict[UUID, Entry] = {}
    for row in rows:
        of = row["registration_id"]
        if of not in entries:
            entries[of] = _entry(row, choices.get(of, ()))
    return Roster(commission, entries)


def _choice(row: asyncpg.Record) -> Choice:
    return Choice(
        row["choice_workshop_id"],
        row["choice_slot"],
        ChoiceState(row["choice_state"]),
        row["choice_position"],
        row["choice_offer_until"],
        FreedBy(row["choice_freed_by"]) if row["choice_freed_by"] else None,
    )


def _entry(row: asyncpg.Record, choices: Sequence[Choice]) -> Entry:
    return Entry(
        registration_id=row["registration_id"],
        person_id=row["person_id"],
        state=State(row["state"]),
        position=row["position"],
        by=ByWhom(row["by"]),
        organisation_kind=OrgKind(row["organisation_kind"]),
        verified=row["verified"],
        seated=row["seated"],
        choices=tuple(choices),
        link_generation=row["link_generation"],
        hold_until=row["hold_until"],
        offer_until=row["offer_until"],
        freed_by=FreedBy(row["freed_by"]) if row["freed_by"] else None,
        cancelled_by=ByWhom(row["cancelled_by"]) if row["cancelled_by"] else None,
        late=row["late"],
        walk_in=row["walk_in"],
        attendance=Attendance(row["attendance"]) if row["attendance"] else None,
    )


async def save(tx: Tx, before: Roster, after: Roster, origin: Origin | None = None) -> None:
    """Write the entries that differ, and plan or drop the deadlines they carry."""
    for entry in after.entries.values():
        old = before.entries.get(entry.registration_id)
        if entry is not old and entry != old:
            await _write(tx, after.commission.commission_id, old, entry, origin or Origin())
            await _deadlines(tx, after.commission.commission_id, old, entry)


async def _write(tx: Tx, commission_id: UUID, old: Entry | None, entry: Entry, origin: Origin) -> None:
    values = {name: getattr(entry, name) for name in _MUTABLE}
    if old is None:
        await run(
            tx,
            INSERT,
            registration_id=entry.registration_id,
            commission_id=commission_id,
            person_id=entry.person_id,
            position=entry.position,
            by=entry.by,
            organisation_kind=entry.organisation_kind,
            author_id=origin.author_id,
            organisation_id=origin.organisation_id,
            organisation_name=origin.organisation_name,
            occurred_on=origin.occurred_on,
            received_at=tx.now,
            changed_at=tx.now,
            **values,
        )
    else:
        renamed = {f"new_{name}": value for name, value in values.items()}
        await run(tx, UPDATE, id=entry.registration_id, new_changed_at=tx.now, **renamed)
    if old is not None and old.choices != entry.choices:
        await run(tx, DELETE_CHOICES, id=entry.registration_id)
    if old is None or old.choices != entry.choices:
        rows = [
            {
                "registration_id": entry.registration_id,
                "workshop_id": c.workshop_id,
                "slot": c.slot,
                "state": c.state,
                "position": c.position,
                "offer_until": c.offer_until,
                "freed_by": c.freed_by,
            }
            for c in entry.choices
        ]
        await run_many(tx, INSERT_CHOICE, rows)


async def _deadlines(tx: Tx, commission_id: UUID, old: Entry | None, entry: Entry) -> None:
    had = _timed(old) if old else {}
    has = _timed(entry)
    for what in had.keys() - has.keys():
        await drop(tx, due_id(entry.registration_id, what))
    for what, (command, at, workshop_id) in has.items():
        if had.get(what) != has[what]:
            await plan(
                tx,
                id=due_id(entry.registration_id, what),
                at=at,
                command=command,
                topic=TOPIC,
                key=str(commission_id),
                payload={
                    "registration_id": str(entry.registration_id),
                    "workshop_id": workshop_id and str(workshop_id),
                },
            )


def _timed(entry: Entry) -> dict[str, tuple[str, Any, UUID | None]]:
    timed: dict[str, tuple[str, Any, UUID | None]] = {}
    if entry.hold_until is not None:
        timed["hold"] = (LAPSE, entry.hold_until, None)
    if entry.offer_until is not None:
        timed["offer"] = (EXPIRE, entry.offer_until, None)
    for choice in entry.choices:
        if choice.offer_until is not None:
            timed[f"offer:{choice.workshop_id}"] = (EXPIRE, choice.offer_until, choice.workshop_id)
    return timed


async def put_attendance(
    tx: Tx, registration_id: UUID, workshop_id: UUID | None, status: Attendance, via: str
) -> None:
    """Keep the latest presence, by whom and when."""
    await run(
        tx,
        PUT_ATTENDANCE,
        registration_id=registration_id,
        place=str(workshop_id) if workshop_id else "whole",
        status=status.value,
        recorded_via=via,
        recorded_by=tx.actor,
        recorded_at=tx.now,
    )
