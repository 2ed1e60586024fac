"""Folds what partners report and what registration says into fact tables, whatever order records come in."""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import Table, bindparam, delete, update
from sqlalchemy.dialects.postgresql import insert

from analytics.tables import (
    ALLOCATION,
    ANSWER,
    CALL,
    CALL_COUNT,
    COMMISSION,
    COMMISSION_TABLES,
    COVERAGE,
    DEMAND,
    ENCOUNTER,
    FACTS,
    PUBLISHED,
    SEAT,
    SIGN_UP,
    SUPPLY,
    WORKSHOP,
)
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
from contracts.lists import CommissionField, SeatCause
from contracts.records import Record
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
from contracts.topics import INTEGRATION, REGISTRATION
from eventing.db import Tx, run, run_many
from eventing.subscription import Handler, Projection, Received
from webui.accounts import ACCOUNTS_PROJECTION


def _upsert(table: Table) -> Any:
    """Keeps the highest revision; the same one heard again changes nothing."""
    new = insert(table).values({column.name: bindparam(column.name) for column in table.columns})
    changes = {c.name: new.excluded[c.name] for c in table.columns if c.name != "record_id"}
    return new.on_conflict_do_update(
        index_elements=["record_id"], set_=changes, where=table.c.revision < new.excluded.revision
    )


def _fold(table: Table, **computed: Callable[[Any], Any]) -> Handler:
    statement = _upsert(table)
    names = [column.name for column in table.columns]

    async def fold(tx: Tx, event: Received[Record]) -> None:
        fact = event.fact
        await run(
            tx, statement, **{n: computed[n](fact) if n in computed else getattr(fact, n) for n in names}
        )

    return fold


def _day(fact: RequestRegistered) -> date | None:
    """The night asked for, else the day of the request."""
    return fact.night_of or fact.registered_on


def _cells(fact: FiguresImported) -> list[Any] | None:
    return None if fact.void else [cell.model_dump(mode="json") for cell in fact.cells]


FACTS_PROJECTION = Projection(
    name="facts",
    version=1,
    topic=INTEGRATION,
    handlers={
        CallsCounted: _fold(CALL_COUNT),
        CallRecorded: _fold(CALL),
        EncounterRecorded: _fold(ENCOUNTER),
        RequestRegistered: _fold(DEMAND, day=_day),
        RequestAnswered: _fold(ANSWER),
        SupplyReported: _fold(SUPPLY),
        AllocationReported: _fold(ALLOCATION),
        CoverageDeclared: _fold(COVERAGE),
        FiguresImported: _fold(PUBLISHED, figure_table=lambda fact: fact.table, cells=_cells),
    },
    tables=[table.name for table in FACTS],
)

PUT_COMMISSION = insert(COMMISSION).values({c.name: bindparam(c.name) for c in COMMISSION.columns})
PUT_COMMISSION = PUT_COMMISSION.on_conflict_do_update(
    index_elements=["commission_id"],
    set_={c.name: PUT_COMMISSION.excluded[c.name] for c in COMMISSION.columns if c.name != "commission_id"},
)
FORGET_WORKSHOPS = delete(WORKSHOP).where(WORKSHOP.c.commission_id == bindparam("commission"))
PUT_WORKSHOP = insert(WORKSHOP).values({c.name: bindparam(c.name) for c in WORKSHOP.columns})
THE_COMMISSION = update(COMMISSION).where(COMMISSION.c.commission_id == bindparam("commission"))
RESIZE = THE_COMMISSION.values(capacity=bindparam("new_capacity"))
MOVE = THE_COMMISSION.values(starts_at=bindparam("new_start"))
END = THE_COMMISSION.values(state=bindparam("new_state"), held_on=bindparam("new_day"))

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


async def fold_ended(tx: Tx, event: Received[CommissionCancelled | CommissionHeld]) -> None:
    """Held or cancelled."""
    fact = event.fact
    held = isinstance(fact, CommissionHeld)
    await run(
        tx,
        END,
        commission=fact.commission_id,
        new_state="held" if held else "cancelled",
        new_day=fact.held_on if isinstance(fact, CommissionHeld) else None,
    )


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
        CommissionCancelled: fold_ended,
        CommissionHeld: fold_ended,
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
PROJECTIONS = [FACTS_PROJECTION, COMMISSIONS_PROJECTION, ACCOUNTS_PROJECTION]
