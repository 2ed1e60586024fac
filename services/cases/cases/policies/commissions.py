"""A commission that has a panel makes a sitting; one that moves or is called off takes its agenda along."""

from uuid import UUID

import asyncpg

from cases.commands.moments import record
from cases.domain.panel import PREPARED
from cases.domain.rules import civil_day
from cases.domain.sitting import Item, ItemOutcome, Member, Sitting, SittingState
from cases.store import cases, sittings
from contracts import cases as say
from contracts.lists import CaseState, CommissionField, Part, PostponeCause
from contracts.registration import (
    CommissionCancelled,
    CommissionChanged,
    CommissionRescheduled,
    CommissionScheduled,
    PanelMemberNamed,
    PanelMemberRemoved,
)
from contracts.topics import CASES
from eventing.db import Tx
from eventing.outbox import lock_streams
from eventing.subscription import Received


async def when_commission_scheduled_make_its_sitting(tx: Tx, event: Received[CommissionScheduled]) -> None:
    """Every commission is kept, with or without a panel: one may be added to it later."""
    fact = event.fact
    await lock_streams(tx, CASES, [str(fact.commission_id)])
    if await sittings.load(tx, fact.commission_id) is not None:
        return
    made = Sitting(
        commission_id=fact.commission_id,
        territory=fact.territory,
        commission_type=fact.commission_type,
        has_panel=Part.PANEL in fact.parts,
        starts_at=fact.starts_at,
        ends_at=fact.ends_at,
        case_deadline_on=fact.case_deadline_on,
        minutes_for_cases=fact.minutes_for_cases,
    )
    await sittings.save(tx, None, made)


async def when_commission_changed_follow(tx: Tx, event: Received[CommissionChanged]) -> None:
    """Its parts, its deadline, its time for cases."""
    fact = event.fact
    before = await _with_its_cases(tx, fact.commission_id)
    if before is None:
        return
    changes: dict[str, object] = {}
    if CommissionField.PARTS in fact.changed and fact.parts is not None:
        changes["has_panel"] = Part.PANEL in fact.parts
    if CommissionField.CASE_DEADLINE in fact.changed:
        changes["case_deadline_on"] = fact.case_deadline_on
    if fact.minutes_for_cases is not None:
        changes["minutes_for_cases"] = fact.minutes_for_cases
    freed: tuple[UUID, ...] = ()
    if not changes.get("has_panel", True) and before.state in PREPARED:
        freed = tuple(each.case_id for each in before.waiting)
        changes |= {"items": (), "state": SittingState.ANNOUNCED}
    if changes:
        await sittings.save(tx, before, before.model_copy(update=changes))
    for case_id in freed:
        await _free(tx, before.commission_id, case_id, PostponeCause.COMMISSION_CANCELLED)


async def when_commission_rescheduled_take_its_agenda_along(
    tx: Tx, event: Received[CommissionRescheduled]
) -> None:
    """The agenda follows its commission to the new date; a case that may not be examined so early leaves it.

    Members and referrers are told elsewhere.
    """
    fact = event.fact
    before = await _with_its_cases(tx, fact.commission_id)
    if before is None:
        return
    moved: dict[str, object] = {"starts_at": fact.starts_at, "ends_at": fact.ends_at}
    if fact.case_deadline_on is not None:
        moved["case_deadline_on"] = fact.case_deadline_on
    freed = []
    if before.state in PREPARED:
        for each in before.waiting:
            stored = await cases.load(tx, each.case_id)
            early = stored.case.not_before_on if stored is not None else None
            if early is not None and early > civil_day(fact.starts_at):
                freed.append(each.case_id)
        moved["items"] = tuple(each for each in before.items if each.case_id not in freed)
    await sittings.save(tx, before, before.model_copy(update=moved))
    for case_id in freed:
        await _free(tx, before.commission_id, case_id, PostponeCause.COMMISSION_MOVED)


async def when_commission_cancelled_free_its_cases(tx: Tx, event: Received[CommissionCancelled]) -> None:
    """Every case on its agenda goes back to the queue at its rank, in this transaction."""
    commission_id = event.fact.commission_id
    before = await _with_its_cases(tx, commission_id)
    if before is None or before.state in (SittingState.CLOSED, SittingState.APPROVED):
        return
    items = tuple(_postponed(each) for each in before.items)
    cancelled = {"state": SittingState.CANCELLED, "items": items, "current_case_id": None}
    await sittings.save(tx, before, before.model_copy(update=cancelled))
    for each in before.waiting:
        await _free(tx, commission_id, each.case_id, PostponeCause.COMMISSION_CANCELLED)


def _postponed(item: Item) -> Item:
    waiting = item.outcome is ItemOutcome.SCHEDULED
    return item.model_copy(update={"outcome": ItemOutcome.POSTPONED}) if waiting else item


async def _free(tx: Tx, commission_id: UUID, case_id: UUID, cause: PostponeCause) -> None:
    stored = await cases.load(tx, case_id)
    if stored is None or stored.case.state is not CaseState.SCHEDULED:
        return
    await record(tx, stored, [say.CasePostponed(case_id=case_id, commission_id=commission_id, cause=cause)])


async def when_panel_member_named_seat_them(tx: Tx, event: Received[PanelMemberNamed]) -> None:
    """Only this gives sight of cases, never a registration (users U1)."""
    fact = event.fact
    sitting = await _held(tx, fact.commission_id)
    if sitting is None:
        return
    member = Member(**{name: getattr(fact, name) for name in Member.model_fields if name != "present"})
    there = any(each.person_id == fact.person_id and each.present for each in sitting.members)
    await sittings.put_member(tx, fact.commission_id, member.model_copy(update={"present": there}))


async def when_panel_member_removed_end_their_sight(tx: Tx, event: Received[PanelMemberRemoved]) -> None:
    """At once."""
    await sittings.remove_member(tx, event.fact.commission_id, event.fact.person_id)


async def _with_its_cases(tx: Tx, commission_id: UUID) -> Sitting | None:
    """The sitting and every case that waits on its agenda, locked; a case put on meanwhile: once again."""
    seen = await sittings.load(tx, commission_id)
    found = await _held(tx, commission_id, *(each.case_id for each in (seen.waiting if seen else ())))
    if found is not None and any((CASES, str(each.case_id)) not in tx.streams for each in found.waiting):
        raise asyncpg.SerializationError("the agenda changed between the look and the lock")
    return found


async def _held(tx: Tx, commission_id: UUID, *case_ids: UUID) -> Sitting | None:
    """The sitting under the locks of its commission and of these cases."""
    await lock_streams(tx, CASES, [str(each) for each in (commission_id, *case_ids)])
    return await sittings.load(tx, commission_id)
