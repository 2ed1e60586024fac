"""What registration remembers of others: how messages went, suspended addresses, where panels stand."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import Insert, insert

from contracts.cases import AgendaPublished, MinutesApproved, SittingClosed
from contracts.event import Fact
from contracts.lists import DropCause
from contracts.notifications import (
    AddressSuspended,
    MessageDelivered,
    MessageDropped,
    MessageFailed,
    MessageQueued,
    MessageSent,
)
from contracts.registration import PersonErased
from eventing.db import Tx, run
from eventing.subscription import Handler, Received
from registration.tables import MEMORY_MESSAGE, MEMORY_SITTING, MEMORY_SUSPENDED

QUEUED, SENT, FAILED, DROPPED, DELIVERED = "queued", "sent", "failed", "dropped", "delivered"
RANKS = {QUEUED: 0, SENT: 1, FAILED: 2, DROPPED: 2, DELIVERED: 3}
_new = insert(MEMORY_MESSAGE).values({c.name: bindparam(c.name) for c in MEMORY_MESSAGE.columns})
PUT = _new.on_conflict_do_update(
    index_elements=["message_id"],
    set_={name: _new.excluded[name] for name in ("status", "rank", "cause", "at")},
    where=MEMORY_MESSAGE.c.rank < _new.excluded.rank,
)
FORGET = MEMORY_MESSAGE.delete().where(MEMORY_MESSAGE.c.person_id == bindparam("person"))
_suspended = insert(MEMORY_SUSPENDED).values({c.name: bindparam(c.name) for c in MEMORY_SUSPENDED.columns})
SUSPEND = _suspended.on_conflict_do_update(
    index_elements=["person_id"], set_={"cause": _suspended.excluded.cause}
)
LIFT = MEMORY_SUSPENDED.delete().where(MEMORY_SUSPENDED.c.person_id == bindparam("person"))


def _sitting(*columns: str) -> Insert:
    """Keep these columns of a commission's sitting, whatever is known of it already."""
    told = insert(MEMORY_SITTING).values({name: bindparam(name) for name in ("commission_id", *columns)})
    return told.on_conflict_do_update(
        index_elements=["commission_id"], set_={name: told.excluded[name] for name in columns}
    )


AGENDA = _sitting("agenda_cases", "agenda_minutes", "agenda_at")
CLOSED = _sitting("quorum", "examined", "decided", "adjourned", "postponed", "closed_at")
MINUTES = _sitting("minutes_version", "approved_on")


async def _remember(
    tx: Tx,
    fact: MessageQueued | MessageSent | MessageFailed | MessageDropped | MessageDelivered,
    status: str,
    at: datetime,
    cause: str | None = None,
    template: str | None = None,
    about: UUID | None = None,
) -> None:
    """Keep the furthest status: what comes late never takes one back."""
    await run(
        tx,
        PUT,
        message_id=fact.message_id,
        person_id=fact.person_id,
        status=status,
        rank=RANKS[status],
        template=template,
        about=about,
        cause=cause,
        at=at,
    )


async def when_message_queued_remember_it(tx: Tx, event: Received[MessageQueued]) -> None:
    """A message is on its way."""
    fact = event.fact
    await _remember(tx, fact, QUEUED, event.time, template=fact.template, about=fact.about)


async def when_message_sent_remember_it(tx: Tx, event: Received[MessageSent]) -> None:
    """The relay took it."""
    await _remember(tx, event.fact, SENT, event.fact.sent_at)


async def when_message_delivered_remember_it(tx: Tx, event: Received[MessageDelivered]) -> None:
    """It arrived, says a notice."""
    await _remember(tx, event.fact, DELIVERED, event.fact.delivered_at)


async def when_message_failed_remember_it(tx: Tx, event: Received[MessageFailed]) -> None:
    """It failed for good."""
    await _remember(tx, event.fact, FAILED, event.fact.failed_at, cause=event.fact.cause.value)


async def when_message_dropped_remember_it(tx: Tx, event: Received[MessageDropped]) -> None:
    """It was not sent, on purpose; an address suspended is for organisers a message that did not arrive."""
    cause = event.fact.cause
    status = FAILED if cause is DropCause.SUSPENDED_ADDRESS else DROPPED
    await _remember(tx, event.fact, status, event.time, cause=cause.value)


async def when_person_erased_forget_messages(tx: Tx, event: Received[PersonErased]) -> None:
    """Nothing is remembered of an erased person."""
    await run(tx, FORGET, person=event.fact.person_id)
    await run(tx, LIFT, person=event.fact.person_id)


async def when_address_suspended_remember_it(tx: Tx, event: Received[AddressSuspended]) -> None:
    """Nothing more is sent there, or again."""
    fact = event.fact
    if fact.suspended:
        await run(tx, SUSPEND, person_id=fact.person_id, cause=fact.cause.value, since=event.time)
    else:
        await run(tx, LIFT, person=fact.person_id)


async def when_agenda_published_remember_it(tx: Tx, event: Received[AgendaPublished]) -> None:
    """Its order is frozen; published again, the last one counts."""
    fact = event.fact
    told = {"agenda_cases": fact.cases, "agenda_minutes": fact.minutes, "agenda_at": event.time}
    await run(tx, AGENDA, commission_id=fact.commission_id, **told)


async def when_sitting_closed_remember_it(tx: Tx, event: Received[SittingClosed]) -> None:
    """How many cases, and whether there were enough members."""
    await run(tx, CLOSED, closed_at=event.time, **event.fact.model_dump())


async def when_minutes_approved_remember_it(tx: Tx, event: Received[MinutesApproved]) -> None:
    """Since when the minutes are frozen."""
    fact = event.fact
    told = {"minutes_version": fact.version, "approved_on": fact.approved_on}
    await run(tx, MINUTES, commission_id=fact.commission_id, **told)


MEMORY: dict[type[Fact], Handler] = {
    MessageQueued: when_message_queued_remember_it,
    MessageSent: when_message_sent_remember_it,
    MessageDelivered: when_message_delivered_remember_it,
    MessageFailed: when_message_failed_remember_it,
    MessageDropped: when_message_dropped_remember_it,
    PersonErased: when_person_erased_forget_messages,
    AddressSuspended: when_address_suspended_remember_it,
    AgendaPublished: when_agenda_published_remember_it,
    SittingClosed: when_sitting_closed_remember_it,
    MinutesApproved: when_minutes_approved_remember_it,
}
