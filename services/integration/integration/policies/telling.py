"""What a partner is told of its own cases: that something happened, and where it may read the rest."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from contracts.cases import (
    AllocationRecorded,
    CaseDecided,
    CasePostponed,
    CaseScheduled,
    CaseTransferred,
    CompletionRequested,
    HouseholdErased,
    HouseholdInformed,
    OrientationEnded,
    OrientationProposed,
    OrientationRefused,
)
from contracts.registration import CommissionCancelled, CommissionRescheduled, CommissionScheduled
from eventing.db import Tx
from eventing.due import Due, drop_all, plan
from eventing.subscription import Handlers, Received
from integration.commands import erasure
from integration.store import feed, memory
from integration.store.feed import Item

CASE_LINK = "/cases/api/v1/partner/cases/"
COMMISSION_LINK = "/registration/commissions/"
INFORM, INFORM_AFTER = "tell_household", timedelta(days=2)


def _of_case(kind: str) -> Callable[[Tx, Received[Any]], Awaitable[None]]:
    async def tell(tx: Tx, event: Received[Any]) -> None:
        await feed.tell(tx, await _owners(tx, event.fact.case_id, kind, event.id))

    return tell


async def _owners(tx: Tx, case_id: UUID, kind: str, item_id: UUID) -> list[Item]:
    link = f"{CASE_LINK}{case_id}"
    return [
        Item(row["partner_id"], item_id, kind, case_id, row["household_id"], row["ref"], link)
        for row in await memory.owners(tx, case_id)
    ]


async def decided(tx: Tx, event: Received[CaseDecided]) -> None:
    """The decision is there; two days later the household is to be told, unless somebody said it was."""
    case_id = event.fact.case_id
    await feed.tell(tx, await _owners(tx, case_id, "case.decided", event.id))
    await drop_all(tx, INFORM, str(case_id))
    await plan(tx, id=tx.new_id(), at=event.time + INFORM_AFTER, command=INFORM, key=str(case_id))


async def informed(tx: Tx, event: Received[HouseholdInformed]) -> None:
    """The household was told."""
    await drop_all(tx, INFORM, str(event.fact.case_id))


async def to_inform(tx: Tx, due: Due) -> None:
    """Nobody said that the household was told."""
    await feed.tell(tx, await _owners(tx, UUID(due.key), "household.to_inform", due.id))


async def transferred(tx: Tx, event: Received[CaseTransferred]) -> None:
    """The organisation that takes a case over receives it."""
    case_id = event.fact.case_id
    items = await _owners(tx, case_id, "case.received", event.id)
    new = await memory.of_organisation(tx, event.fact.organisation_id)
    await feed.tell(tx, [item for item in items if item.partner_id in new])


def _of_orientation(kind: str) -> Callable[[Tx, Received[Any]], Awaitable[None]]:
    async def tell(tx: Tx, event: Received[Any]) -> None:
        case_id = event.fact.case_id
        items = await _owners(tx, case_id, kind, event.id)
        known = {item.partner_id for item in items}
        link = f"{CASE_LINK}{case_id}"
        items += [
            Item(row["partner_id"], event.id, kind, case_id, row["household_id"], None, link)
            for row in await memory.asked(tx, event.fact.orientation_id)
            if row["partner_id"] not in known
        ]
        await feed.tell(tx, items)

    return tell


def _of_commission(kind: str) -> Callable[[Tx, Received[Any]], Awaitable[None]]:
    async def tell(tx: Tx, event: Received[Any]) -> None:
        link = f"{COMMISSION_LINK}{event.fact.commission_id}"
        partners = await memory.open_partners(tx)
        await feed.tell(tx, [Item(partner, event.id, kind, link=link) for partner in partners])

    return tell


async def erased(tx: Tx, event: Received[HouseholdErased]) -> None:
    """A household is erased, here too."""
    fact = event.fact
    for case_id in fact.case_ids:
        await drop_all(tx, INFORM, str(case_id))
    await erasure.erase(tx, fact.household_id, fact.case_ids, fact.erased_on, event.id)


ACTS: Handlers = {
    CompletionRequested: _of_case("case.completion_requested"),
    CaseScheduled: _of_case("case.scheduled"),
    CasePostponed: _of_case("case.postponed"),
    CaseDecided: decided,
    CaseTransferred: transferred,
    HouseholdInformed: informed,
    OrientationProposed: _of_orientation("orientation.proposed"),
    OrientationEnded: _of_orientation("orientation.ended"),
    OrientationRefused: _of_orientation("orientation.ended"),
    AllocationRecorded: _of_case("allocation.recorded"),
    HouseholdErased: erased,
    CommissionScheduled: _of_commission("commission.scheduled"),
    CommissionRescheduled: _of_commission("commission.rescheduled"),
    CommissionCancelled: _of_commission("commission.cancelled"),
}
DUE = {INFORM: to_inform, erasure.REMIND: erasure.remind, erasure.FORGET: erasure.forget}
