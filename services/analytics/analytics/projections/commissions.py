"""Folds what registration says: commissions, sign-ups, workshops, presence."""

from typing import Any

from sqlalchemy import bindparam, delete, update
from sqlalchemy.dialects.postgresql import insert

from analytics.tables import COMMISSION, COMMISSION_TABLES, SEAT, SIGN_UP, WORKSHOP
from contracts.lists import CommissionField, SeatCause
from contracts.registration import (
    AttendanceRecorded,
    CommissionCancelled,
    CommissionChanged,
    CommissionHeld,
    CommissionRescheduled,
    CommissionScheduled,
    PlaceDeclined,
    PlaceOffered,
    RegistrationCancelled,
    RegistrationChanged,
    RegistrationConfirmed,
    RegistrationLapsed,
    RegistrationReceived,
    RegistrationRefused,
    RegistrationWaitlisted,
    Workshop,
)
from contracts.topics import REGISTRATION
from eventing.db import Tx, run, run_many
from eventing.subscription import Handler, Projection, Received

ANNOUNCED = tuple(c.name for c in COMMISSION.columns if not c.name.startswith("told_"))
PUT_COMMISSION = insert(COMMISSION).values({name: bindparam(name) for name in ANNOUNCED})
PUT_COMMISSION = PUT_COMMISSION.on_conflict_do_update(
    index_elements=["commission_id"],
    set_={name: PUT_COMMISSION.excluded[name] for name in ANNOUNCED if name != "commission_id"},
)
FORGET_WORKSHOPS = delete(WORKSHOP).where(WORKSHOP.c.commission_id == bindparam("commission"))
PUT_WORKSHOP = insert(WORKSHOP).values({c.name: bindparam(c.name) for c in WORKSHOP.columns})
THE_COMMISSION = update(COMMISSION).where(COMMISSION.c.commission_id == bindparam("commission"))
RESIZE = THE_COMMISSION.values(capacity=bindparam("new_capacity"))
MOVE = THE_COMMISSION.values(starts_at=bindparam("new_start"))
CANCEL = THE_COMMISSION.values(state="cancelled", held_on=None)
HOLD = THE_COMMISSION.values(
    state="held",
    held_on=bindparam("new_day"),
    **{
        f"told_{name}": bindparam(f"new_{name}")
        for name in ("registered", "present", "represented", "walk_ins")
    },
)

PUT_SIGN_UP = insert(SIGN_UP).values({c.name: bindparam(c.name) for c in SIGN_UP.columns})
PUT_SIGN_UP = PUT_SIGN_UP.on_conflict_do_update(
    index_elements=["registration_id"], set_={"state": PUT_SIGN_UP.excluded.state}
)
THE_SIGN_UP = update(SIGN_UP).where(SIGN_UP.c.registration_id == bindparam("registration"))
TURN = THE_SIGN_UP.values(state=bindparam("new_state"))
CONFIRM = THE_SIGN_UP.values(state="seated", walk_in=SIGN_UP.c.walk_in | bindparam("is_walk_in"))
ATTEND = THE_SIGN_UP.values(attendance=bindparam("new_status"))
LEAVE_SEATS = (
    update(SEAT)
    .where(SEAT.c.registration_id == bindparam("registration"), SEAT.c.state == "seated")
    .values(state=None)
)
_SEAT = insert(SEAT).values({c.name: bindparam(c.name) for c in SEAT.columns})
PUT_SEAT = _SEAT.on_conflict_do_update(
    index_elements=["registration_id", "workshop_id"], set_={"state": _SEAT.excluded.state}
)
ATTEND_SEAT = _SEAT.on_conflict_do_update(
    index_elements=["registration_id", "workshop_id"], set_={"attendance": _SEAT.excluded.attendance}
)
SignUpFact = (
    RegistrationReceived
    | RegistrationConfirmed
    | RegistrationWaitlisted
    | RegistrationChanged
    | PlaceOffered
    | PlaceDeclined
)


async def fold_scheduled(tx: Tx, event: Received[CommissionScheduled]) -> None:
    """A commission is announced, with its workshops."""
    fact = event.fact
    await run(
        tx,
        PUT_COMMISSION,
        commission_id=fact.commission_id,
        territory=fact.territory,
        commission_type=fact.commission_type,
        starts_at=fact.starts_at,
        capacity=fact.capacity,
        state="announced",
        held_on=None,
    )
    await _put_workshops(tx, event, fact.workshops)


async def _put_workshops(tx: Tx, event: Received[Any], workshops: tuple[Workshop, ...]) -> None:
    commission = event.fact.commission_id
    await run(tx, FORGET_WORKSHOPS, commission=commission)
    await run_many(tx, PUT_WORKSHOP, [{**w.model_dump(), "commission_id": commission} for w in workshops])


async def fold_changed(tx: Tx, event: Received[CommissionChanged]) -> None:
    """Capacity or workshops take their whole new value."""
    fact = event.fact
    if CommissionField.CAPACITY in fact.changed:
        await run(tx, RESIZE, commission=fact.commission_id, new_capacity=fact.capacity)
    if CommissionField.WORKSHOPS in fact.changed:
        await _put_workshops(tx, event, fact.workshops or ())


async def fold_rescheduled(tx: Tx, event: Received[CommissionRescheduled]) -> None:
    """The date has moved."""
    await run(tx, MOVE, commission=event.fact.commission_id, new_start=event.fact.starts_at)


async def fold_cancelled(tx: Tx, event: Received[CommissionCancelled]) -> None:
    """It will not take place."""
    await run(tx, CANCEL, commission=event.fact.commission_id)


async def fold_held(tx: Tx, event: Received[CommissionHeld]) -> None:
    """It took place; what registration counted is kept beside what is counted here."""
    fact = event.fact
    told = {
        f"new_{name}": getattr(fact, name) for name in ("registered", "present", "represented", "walk_ins")
    }
    await run(tx, HOLD, commission=fact.commission_id, new_day=fact.held_on, **told)


async def fold_received(tx: Tx, event: Received[RegistrationReceived]) -> None:
    """Someone signed up; unproven until confirmed or waiting."""
    fact = event.fact
    await run(
        tx,
        PUT_SIGN_UP,
        registration_id=fact.registration_id,
        commission_id=fact.commission_id,
        state="received" if fact.verified else "unproven",
        walk_in=False,
        organisation_kind=fact.organisation_kind,
        attendance=None,
    )
    await _seat(tx, fact)


async def fold_confirmed(tx: Tx, event: Received[RegistrationConfirmed]) -> None:
    """Seated at the whole and at these workshops."""
    fact = event.fact
    await run(tx, CONFIRM, registration=fact.registration_id, is_walk_in=fact.cause is SeatCause.WALK_IN)
    await _seat(tx, fact)


async def fold_workshops_chosen(tx: Tx, event: Received[RegistrationChanged]) -> None:
    """Other workshops; the whole new list."""
    await _seat(tx, event.fact)


async def _seat(tx: Tx, fact: RegistrationReceived | RegistrationConfirmed | RegistrationChanged) -> None:
    await run(tx, LEAVE_SEATS, registration=fact.registration_id)
    for workshop in fact.workshops:
        await _put_seat(tx, fact, workshop, "seated")


async def _put_seat(tx: Tx, fact: SignUpFact, workshop: Any, state: str | None) -> None:
    await run(
        tx,
        PUT_SEAT,
        registration_id=fact.registration_id,
        workshop_id=workshop,
        state=state,
        attendance=None,
    )


def _waiting(state: str | None, for_all: str | None) -> Handler:
    """Into (or out of) the list of the whole, or of one workshop."""

    async def fold(tx: Tx, event: Received[Any]) -> None:
        fact = event.fact
        if fact.for_workshop is not None:
            await _put_seat(tx, fact, fact.for_workshop, state)
        elif for_all is not None:
            await run(tx, TURN, registration=fact.registration_id, new_state=for_all)

    return fold


async def fold_declined(tx: Tx, event: Received[PlaceDeclined]) -> None:
    """Refused or expired: out of that list. Withdrawn: back to its rank."""
    withdrawn = event.fact.how == "withdrawn"
    await _waiting("waiting" if withdrawn else None, "waiting" if withdrawn else "declined")(tx, event)


def _turned(state: str) -> Handler:
    async def fold(tx: Tx, event: Received[Any]) -> None:
        await run(tx, TURN, registration=event.fact.registration_id, new_state=state)

    return fold


async def fold_attendance(tx: Tx, event: Received[AttendanceRecorded]) -> None:
    """The latest word on presence, at the whole or at one workshop."""
    fact = event.fact
    if fact.workshop_id is None:
        await run(tx, ATTEND, registration=fact.registration_id, new_status=fact.status)
        return
    await run(
        tx,
        ATTEND_SEAT,
        registration_id=fact.registration_id,
        workshop_id=fact.workshop_id,
        state=None,
        attendance=fact.status,
    )


COMMISSIONS_PROJECTION = Projection(
    name="commissions",
    version=1,
    topic=REGISTRATION,
    handlers={
        CommissionScheduled: fold_scheduled,
        CommissionChanged: fold_changed,
        CommissionRescheduled: fold_rescheduled,
        CommissionCancelled: fold_cancelled,
        CommissionHeld: fold_held,
        RegistrationReceived: fold_received,
        RegistrationConfirmed: fold_confirmed,
        RegistrationWaitlisted: _waiting("waiting", "waiting"),
        PlaceOffered: _waiting("offered", "offered"),
        PlaceDeclined: fold_declined,
        RegistrationChanged: fold_workshops_chosen,
        RegistrationCancelled: _turned("cancelled"),
        RegistrationLapsed: _turned("lapsed"),
        RegistrationRefused: _turned("refused"),
        AttendanceRecorded: fold_attendance,
    },
    tables=[table.name for table in COMMISSION_TABLES],
)
