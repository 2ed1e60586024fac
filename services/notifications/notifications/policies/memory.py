"""Remember the little that mails need: who people are, when and where commissions are, who holds a seat."""

from typing import Any
from uuid import UUID

from contracts.directory import CommissionDescribed, PersonRecorded
from contracts.lists import DeclinedHow, DropCause, LinkPurpose
from contracts.registration import (
    CommissionCancelled,
    CommissionChanged,
    CommissionHeld,
    CommissionRescheduled,
    CommissionScheduled,
    LinkRequested,
    PersonErased,
    PlaceDeclined,
    PlaceOffered,
    RegistrationCancelled,
    RegistrationChanged,
    RegistrationConfirmed,
    RegistrationLapsed,
    RegistrationReceived,
    RegistrationRefused,
    RegistrationWaitlisted,
)
from eventing.db import Tx, run, run_one
from eventing.due import drop_all
from eventing.subscription import Handlers, Received
from notifications import store
from notifications.commands import drop

REMIND = "remind"
"""The deadline of a reminder, on the stream of a registration."""
WHOLE = "whole"
"""The waiting list of the commission itself, among those of its workshops."""


async def known(tx: Tx, registration_id: UUID) -> Any:
    """What is remembered of a registration, or None."""
    return await run_one(tx, store.REGISTRATION_OF, id=registration_id)


def place(workshop: UUID | None) -> str:
    """The name of a waiting list."""
    return str(workshop) if workshop else WHOLE


async def _remember(tx: Tx, fact: Any, **changes: Any) -> None:
    if await store.is_erased(tx, fact.person_id):
        return
    row = await known(tx, fact.registration_id)
    before = dict(row) if row else {
        "registration_id": fact.registration_id,
        "commission_id": fact.commission_id,
        "person_id": fact.person_id,
        "state": "received",
        "proven": False,
        "invited": False,
        "workshops": [],
        "waits": {},
        "link_generation": 0,
    }  # fmt: skip
    said = getattr(fact, "link_generation", 0)
    changes["link_generation"] = max(said, before["link_generation"])
    await run(tx, store.PUT_REGISTRATION, **before | changes)


async def remember_person(tx: Tx, event: Received[PersonRecorded]) -> None:
    """Keeps the address and names of a professional, unless erased."""
    fact = event.fact
    if not await store.is_erased(tx, fact.person_id):
        names = ("person_id", "version", "given_name", "family_name", "email")
        await run(tx, store.PUT_PERSON, **{name: getattr(fact, name) for name in names})


async def remember_wording(tx: Tx, event: Received[CommissionDescribed]) -> None:
    """Keeps how a commission is worded."""
    fact = event.fact
    names = ("commission_id", "version", "title", "place", "address", "video_url", "contact_email")
    await run(
        tx,
        store.PUT_WORDING,
        **{name: getattr(fact, name) for name in names},
        said_at=event.time,
        workshops=[workshop.model_dump(mode="json") for workshop in fact.workshops],
    )


async def remember_scheduled(tx: Tx, event: Received[CommissionScheduled]) -> None:
    """Keeps when a commission takes place."""
    fact = event.fact
    workshops = [workshop.model_dump(mode="json") for workshop in fact.workshops]
    await run(
        tx,
        store.PUT_COMMISSION,
        commission_id=fact.commission_id,
        territory=fact.territory,
        state="scheduled",
        starts_at=fact.starts_at,
        ends_at=fact.ends_at,
        dated_by=event.id,
        workshops=workshops,
        workshops_before=workshops,
    )


async def remember_changed(tx: Tx, event: Received[CommissionChanged]) -> None:
    """Keeps the workshops, and those there were before."""
    if event.fact.workshops is not None:
        workshops = [workshop.model_dump(mode="json") for workshop in event.fact.workshops]
        await run(tx, store.SET_WORKSHOPS, id=event.fact.commission_id, new_workshops=workshops)


async def remember_rescheduled(tx: Tx, event: Received[CommissionRescheduled]) -> None:
    """Keeps the new date."""
    fact = event.fact
    await run(
        tx,
        store.MOVE_COMMISSION,
        id=fact.commission_id,
        start=fact.starts_at,
        end=fact.ends_at,
        event=event.id,
    )
    await run(tx, store.FORGET_AGENDA, id=fact.commission_id)


async def remember_cancelled_commission(tx: Tx, event: Received[CommissionCancelled]) -> None:
    """Keeps that it will not take place."""
    await run(tx, store.MARK_COMMISSION, id=event.fact.commission_id, new_state="cancelled")


async def remember_held(tx: Tx, event: Received[CommissionHeld]) -> None:
    """Keeps that it took place."""
    await run(tx, store.MARK_COMMISSION, id=event.fact.commission_id, new_state="held")


async def remember_received(tx: Tx, event: Received[RegistrationReceived]) -> None:
    """Keeps a sign-up; nothing is written to an unproven address but the link that proves it."""
    fact = event.fact
    await _remember(
        tx, fact, state="received", proven=fact.verified, workshops=[str(w) for w in fact.workshops]
    )


async def remember_confirmed(tx: Tx, event: Received[RegistrationConfirmed]) -> None:
    """Keeps a seat and its workshops."""
    workshops = [str(w) for w in event.fact.workshops]
    await _remember(
        tx, event.fact, state="confirmed", proven=True, invited=True, workshops=workshops, waits={}
    )


async def remember_waitlisted(tx: Tx, event: Received[RegistrationWaitlisted]) -> None:
    """Keeps a rank and when it was said: it is true at that moment only."""
    fact = event.fact
    row = await known(tx, fact.registration_id)
    said = {"rank": fact.rank, "at": event.time.isoformat()}
    waits = {**(row["waits"] if row else {}), place(fact.for_workshop): said}
    state = {} if fact.for_workshop and row else {"state": "waitlisted"}
    await _remember(tx, fact, proven=True, waits=waits, **state)


async def remember_offered(tx: Tx, event: Received[PlaceOffered]) -> None:
    """Keeps that an answer is awaited."""
    await _remember(tx, event.fact, **({} if event.fact.for_workshop else {"state": "offered"}))


async def remember_declined(tx: Tx, event: Received[PlaceDeclined]) -> None:
    """Keeps the end of an offer of a place: withdrawn, the person waits again; otherwise they do not."""
    if event.fact.for_workshop is None:
        waiting = event.fact.how is DeclinedHow.WITHDRAWN
        await _remember(tx, event.fact, state="waitlisted" if waiting else "declined")


async def remember_changed_registration(tx: Tx, event: Received[RegistrationChanged]) -> None:
    """Keeps the new workshops."""
    await _remember(tx, event.fact, workshops=[str(w) for w in event.fact.workshops], waits={})


async def remember_ended(
    tx: Tx,
    event: Received[RegistrationCancelled] | Received[RegistrationLapsed] | Received[RegistrationRefused],
) -> None:
    """Keeps that a sign-up is over."""
    await _remember(tx, event.fact, state="over", waits={})


async def remember_generation(tx: Tx, event: Received[LinkRequested]) -> None:
    """Keeps the generation of a personal link: older ones are revoked."""
    if event.fact.purpose is LinkPurpose.PARTICIPATION:
        await run(tx, store.RAISE_GENERATION, id=event.fact.link_id, generation=event.fact.generation)


async def forget_person(tx: Tx, event: Received[PersonErased]) -> None:
    """Drops what waits, deletes names, address, registrations and texts; remembers to refuse them."""
    person = event.fact.person_id
    await run(tx, store.REMEMBER_ERASED, person_id=person, erased_on=event.fact.erased_on)
    for row in await run(tx, store.OPEN_OF_PERSON, person=person):
        await drop(tx, row["message_id"], DropCause.ERASED_PERSON)
    for row in await run(tx, store.REGISTRATIONS_OF_PERSON, person=person):
        await drop_all(tx, REMIND, str(row["registration_id"]))
    for statement in (
        store.FORGET_REGISTRATIONS,
        store.FORGET_PERSON,
        store.FORGET_ACCOUNT,
        store.FORGET_SEATS,
        store.FORGET_SUSPENSION,
        store.FORGET_WORDS,
        store.FORGET_TEXTS,
    ):
        await run(tx, statement, id=person)


MEMORY: Handlers = {
    PersonRecorded: remember_person,
    CommissionDescribed: remember_wording,
    CommissionScheduled: remember_scheduled,
    CommissionChanged: remember_changed,
    CommissionRescheduled: remember_rescheduled,
    CommissionCancelled: remember_cancelled_commission,
    CommissionHeld: remember_held,
    RegistrationReceived: remember_received,
    RegistrationConfirmed: remember_confirmed,
    RegistrationWaitlisted: remember_waitlisted,
    PlaceOffered: remember_offered,
    PlaceDeclined: remember_declined,
    RegistrationChanged: remember_changed_registration,
    RegistrationCancelled: remember_ended,
    RegistrationLapsed: remember_ended,
    RegistrationRefused: remember_ended,
    LinkRequested: remember_generation,
    PersonErased: forget_person,
}
