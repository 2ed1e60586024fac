"""Commands from the allocation to the keys and after."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from uuid import UUID

from cases.commands.following import of_their_own
from cases.commands.moments import Held, expect_version, hold, record
from cases.domain import allocating as rule
from cases.domain.allocating import Placing
from cases.domain.case import Case
from cases.domain.following import proposal
from cases.domain.reasons import Family, chosen
from cases.domain.rights import OFFICE
from cases.domain.rules import Moment
from cases.store import history, wordings
from cases.store.desk import Desk
from contracts.cases import CasesFact
from contracts.lists import AllocationCancel, LeaseKind, OfferAnswer, YesNoUnknown
from contracts.refusal import Refused
from eventing.db import Tx
from webui.identity import User

Rule = Callable[[Case, Moment], Iterable[CasesFact]]


async def record_allocation(
    tx: Tx, desk: Desk, user: User, case_id: UUID, asked: Placing, version: int | None = None
) -> Case:
    """A home is given; every other proposal ends with it. The same allocation id again changes nothing."""
    taken = await hold(tx, desk, user, case_id, "record_outcome")
    if any(each.allocation_id == asked.allocation_id for each in taken.case.allocations):
        return taken.case
    if asked.orientation_id is not None:
        own = proposal(taken.case, asked.orientation_id)
        of_their_own(taken, own.organisation_id, _unknown)
    elif not taken.seen.capacities & OFFICE:
        raise _unknown()
    expect_version(taken.stored.version, version)
    whole = replace(asked, hidden=taken.stored.guard.protected)
    return await record(tx, taken.stored, rule.record_allocation(taken.case, whole, taken.at))


async def correct_allocation(
    tx: Tx,
    desk: Desk,
    user: User,
    case_id: UUID,
    asked: Placing,
    reason: str,
    version: int | None = None,
) -> Case:
    """The same allocation, said again whole: the event that said it wrong is named (contracts 4.1)."""
    taken = await hold(tx, desk, user, case_id, "correct_allocation")
    expect_version(taken.stored.version, version)
    lines = await history.of(tx, case_id)
    wrong = next(
        (
            line.event_id
            for line in lines
            if line.kind == "allocation_recorded"
            and line.fact["allocation_id"] == str(asked.allocation_id)
            and line.event_id is not None
        ),
        None,
    )
    if wrong is None:
        raise _unknown()
    whole = replace(asked, hidden=taken.stored.guard.protected)
    facts = rule.correct_allocation(taken.case, whole, wrong, taken.at)
    await wordings.add(tx, desk.vault, case_id, asked.allocation_id, "correction", reason)
    return await record(tx, taken.stored, facts)


async def answer_offer(
    tx: Tx,
    desk: Desk,
    user: User,
    case_id: UUID,
    allocation_id: UUID,
    answer: OfferAnswer,
    answered_on: date,
    reason: str = "",
    note: str = "",
    version: int | None = None,
) -> Case:
    """What the household answered, or that it did not; a refusal has its reason (M)."""
    taken = await _theirs(tx, desk, user, case_id, allocation_id, version)
    facts = rule.answer_offer(taken.case, allocation_id, answer, answered_on, taken.at)
    if answer is OfferAnswer.REFUSED:
        chosen(reason, Family.HOUSEHOLD, note)
        await wordings.add(tx, desk.vault, case_id, allocation_id, f"reason {reason}", note or reason)
    return await record(tx, taken.stored, facts)


async def sign_lease(
    tx: Tx,
    desk: Desk,
    user: User,
    case_id: UUID,
    allocation_id: UUID,
    kind: LeaseKind,
    signed_on: date,
    version: int | None = None,
) -> Case:
    """The lease is signed."""
    return await _act(
        tx,
        desk,
        user,
        case_id,
        allocation_id,
        lambda case, at: rule.sign_lease(case, allocation_id, kind, signed_on, at),
        version,
    )


async def enter_home(
    tx: Tx,
    desk: Desk,
    user: User,
    case_id: UUID,
    allocation_id: UUID,
    entered_on: date,
    version: int | None = None,
) -> Case:
    """The keys are given."""
    return await _act(
        tx,
        desk,
        user,
        case_id,
        allocation_id,
        lambda case, at: rule.enter(case, allocation_id, entered_on, at),
        version,
    )


async def cancel_allocation(
    tx: Tx,
    desk: Desk,
    user: User,
    case_id: UUID,
    allocation_id: UUID,
    cause: AllocationCancel,
    cancelled_on: date,
    note: str = "",
    version: int | None = None,
) -> Case:
    """It takes no effect after all; the case goes on, with no open proposal."""
    taken = await _theirs(tx, desk, user, case_id, allocation_id, version)
    facts = rule.cancel_allocation(taken.case, allocation_id, cause, cancelled_on, taken.at)
    await wordings.add(tx, desk.vault, case_id, allocation_id, "cancellation", note)
    return await record(tx, taken.stored, facts)


async def check_tenancy(
    tx: Tx,
    desk: Desk,
    user: User,
    case_id: UUID,
    allocation_id: UUID,
    month: int,
    still_housed: YesNoUnknown,
    checked_on: date,
    version: int | None = None,
) -> Case:
    """Whether the household still lives there."""
    return await _act(
        tx,
        desk,
        user,
        case_id,
        allocation_id,
        lambda case, at: rule.check_tenancy(case, allocation_id, month, still_housed, checked_on, at),
        version,
    )


async def _act(
    tx: Tx,
    desk: Desk,
    user: User,
    case_id: UUID,
    allocation_id: UUID,
    what: Rule,
    version: int | None,
) -> Case:
    taken = await _theirs(tx, desk, user, case_id, allocation_id, version)
    return await record(tx, taken.stored, what(taken.case, taken.at))


async def _theirs(
    tx: Tx, desk: Desk, user: User, case_id: UUID, allocation_id: UUID, version: int | None
) -> Held:
    taken = await hold(tx, desk, user, case_id, "record_outcome")
    of_their_own(taken, rule.allocation_of(taken.case, allocation_id).organisation_id, _unknown)
    expect_version(taken.stored.version, version)
    return taken


def _unknown() -> Refused:
    return Refused("unknown_allocation", "Cette attribution n’existe pas.", 404)
