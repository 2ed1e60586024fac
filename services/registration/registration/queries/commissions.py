"""Commissions with their figures."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
from sqlalchemy import Text, Uuid, and_, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from contracts.lists import AccountState, Pack, Seat
from eventing.db import Tx, run
from registration.domain.commission import PUBLIC_PARTS, Commission, CommissionState, Workshop
from registration.domain.roster import ChoiceState, State
from registration.domain.rules import civil_day
from registration.store import commissions as store
from registration.store.views import (
    CommissionView,
    PanelMember,
    SittingView,
    WorkshopPlaces,
    person_view,
)
from registration.tables import (
    ACCOUNT,
    CHOICE,
    COMMISSION,
    MEMORY_SITTING,
    MEMORY_SUSPENDED,
    ORGANISATION,
    PANEL,
    PERSON,
    REGISTRATION,
)

_TOLD = and_(
    COMMISSION.c.state != CommissionState.PLANNED.value,
    COMMISSION.c.parts.overlap([part.value for part in PUBLIC_PARTS]),
)
_HERE = COMMISSION.c.territory == any_(bindparam("territories", type_=ARRAY(Text)))
COMING = (
    select(COMMISSION)
    .where(_HERE, _TOLD, COMMISSION.c.ends_at > bindparam("now"))
    .order_by(COMMISSION.c.starts_at, COMMISSION.c.commission_id)
    .limit(bindparam("most"))
)
PAST = (
    select(COMMISSION)
    .where(_HERE, _TOLD, COMMISSION.c.ends_at <= bindparam("now"))
    .order_by(COMMISSION.c.starts_at.desc(), COMMISSION.c.commission_id)
    .limit(bindparam("most"))
)
ALL = (
    select(COMMISSION)
    .where(_HERE, COMMISSION.c.ends_at > bindparam("since"))
    .order_by(COMMISSION.c.starts_at, COMMISSION.c.commission_id)
    .limit(bindparam("most"))
)
_STATES = bindparam("ids", type_=ARRAY(Uuid))
COUNTS = (
    select(
        REGISTRATION.c.commission_id,
        REGISTRATION.c.state,
        REGISTRATION.c.seated,
        REGISTRATION.c.walk_in,
        REGISTRATION.c.attendance,
        func.count().label("people"),
    )
    .where(REGISTRATION.c.commission_id == any_(_STATES))
    .group_by(
        REGISTRATION.c.commission_id,
        REGISTRATION.c.state,
        REGISTRATION.c.seated,
        REGISTRATION.c.walk_in,
        REGISTRATION.c.attendance,
    )
)
CHOICES = (
    select(
        CHOICE.c.workshop_id,
        CHOICE.c.state.label("choice"),
        REGISTRATION.c.state,
        func.count().label("people"),
    )
    .join(REGISTRATION, REGISTRATION.c.registration_id == CHOICE.c.registration_id)
    .where(REGISTRATION.c.commission_id == any_(_STATES))
    .group_by(CHOICE.c.workshop_id, CHOICE.c.state, REGISTRATION.c.state)
)
SITTINGS = select(MEMORY_SITTING).where(MEMORY_SITTING.c.commission_id == any_(_STATES))
MEMBERS = (
    select(
        PANEL.c.person_id,
        PANEL.c.organisation_id,
        PANEL.c.seat,
        PANEL.c.pack,
        PANEL.c.voting,
        PANEL.c.undertaking_on,
        PANEL.c.substitute_of,
        PERSON.c.version,
        PERSON.c.email,
        PERSON.c.email_kind,
        PERSON.c.given_name,
        PERSON.c.family_name,
        PERSON.c.proven_at,
        ORGANISATION.c.name.label("organisation"),
        ACCOUNT.c.state.label("account"),
        MEMORY_SUSPENDED.c.cause.label("suspended"),
    )
    .join(PERSON, PERSON.c.person_id == PANEL.c.person_id)
    .join(ORGANISATION, ORGANISATION.c.organisation_id == PANEL.c.organisation_id)
    .outerjoin(ACCOUNT, ACCOUNT.c.person_id == PANEL.c.person_id)
    .outerjoin(MEMORY_SUSPENDED, MEMORY_SUSPENDED.c.person_id == PANEL.c.person_id)
    .where(PANEL.c.commission_id == bindparam("id"), PANEL.c.removed_for.is_(None))
    .order_by(PANEL.c.seat, PERSON.c.family_name, PERSON.c.person_id)
)
EVER = datetime(1970, 1, 1, tzinfo=UTC)


async def public_commissions(
    tx: Tx, territory: str, *, past: bool = False, limit: int = 50
) -> list[CommissionView]:
    """Announced, cancelled and held ones of a territory: those to come by date, or the past latest first."""
    rows = await run(tx, PAST if past else COMING, territories=[territory], now=tx.now, most=limit)
    return await _views(tx, rows)


async def commissions(
    tx: Tx, territories: Sequence[str], *, since: datetime | None = None, limit: int = 200
) -> list[CommissionView]:
    """Every commission of these territories, planned ones included, by date; for organisers."""
    rows = await run(tx, ALL, territories=list(territories), since=since or EVER, most=limit)
    return await _views(tx, rows)


async def commission(tx: Tx, commission_id: UUID) -> CommissionView | None:
    """One commission, whatever its state; a public page shows no planned one."""
    found = await _views(tx, await run(tx, store.SELECT, id=commission_id))
    return found[0] if found else None


async def panel(tx: Tx, commission_id: UUID) -> list[PanelMember]:
    """The case panel of a commission; never public."""
    return [
        PanelMember(
            person=person_view(row, row["organisation"]),
            organisation_id=row["organisation_id"],
            organisation=row["organisation"],
            seat=Seat(row["seat"]),
            pack=Pack(row["pack"]),
            voting=row["voting"],
            undertaking_on=row["undertaking_on"],
            substitute_of=row["substitute_of"],
            account=row["account"] == AccountState.ACTIVE,
        )
        for row in await run(tx, MEMBERS, id=commission_id)
    ]


async def _views(tx: Tx, rows: Sequence[asyncpg.Record]) -> list[CommissionView]:
    ids = [row["commission_id"] for row in rows]
    counts: dict[UUID, list[asyncpg.Record]] = {}
    for row in await run(tx, COUNTS, ids=ids):
        counts.setdefault(row["commission_id"], []).append(row)
    choices: dict[UUID, list[asyncpg.Record]] = {}
    for row in await run(tx, CHOICES, ids=ids):
        choices.setdefault(row["workshop_id"], []).append(row)
    sittings = {row["commission_id"]: _sitting(row) for row in await run(tx, SITTINGS, ids=ids)}
    return [
        _view(
            tx,
            found,
            counts.get(found.commission_id, []),
            choices,
            sittings.get(found.commission_id),
        )
        for found in await store.with_parts(tx, rows)
    ]


def _view(
    tx: Tx,
    of: Commission,
    counts: Sequence[asyncpg.Record],
    choices: dict[UUID, list[asyncpg.Record]],
    sitting: SittingView | None,
) -> CommissionView:
    def people(*states: State) -> int:
        return sum(row["people"] for row in counts if row["state"] in states and not row["walk_in"])

    held = sum(r["people"] for r in counts if r["state"] == State.PENDING_PROOF and r["seated"])
    confirmed, offered = people(State.CONFIRMED), people(State.OFFERED)
    taken = held + confirmed + offered
    return CommissionView(
        commission=of,
        workshops=tuple(_places(w, choices.get(w.workshop_id, [])) for w in of.workshops),
        taken=taken,
        left=None if of.capacity is None else max(of.capacity - taken, 0),
        confirmed=confirmed,
        held=held,
        waiting=people(State.WAITLISTED),
        offered=offered,
        in_review=people(State.IN_REVIEW),
        cancelled=people(State.CANCELLED),
        present=sum(row["people"] for row in counts if row["attendance"] == "present"),
        accepts=of.accepts(tx.now),
        in_arrears=of.day < civil_day(tx.now),
        sitting=sitting,
    )


def _sitting(row: asyncpg.Record) -> SittingView:
    return SittingView(**{each.name: row[each.name] for each in fields(SittingView)})


def _places(workshop: Workshop, rows: Sequence[asyncpg.Record]) -> WorkshopPlaces:
    taken = sum(
        row["people"]
        for row in rows
        if row["choice"] in (ChoiceState.SEATED, ChoiceState.OFFERED)
        and row["state"] in (State.PENDING_PROOF, State.CONFIRMED)
    )
    waiting = sum(
        row["people"]
        for row in rows
        if row["choice"] == ChoiceState.WAITING and row["state"] == State.CONFIRMED
    )
    return WorkshopPlaces(
        workshop_id=workshop.workshop_id,
        title=workshop.title,
        slot=workshop.slot,
        capacity=workshop.capacity,
        taken=taken,
        left=None if workshop.capacity is None else max(workshop.capacity - taken, 0),
        waiting=waiting,
        room=workshop.room,
        starts_at=workshop.starts_at,
        ends_at=workshop.ends_at,
    )
