"""Commands on a household's refusal and on appeals; what a ruling does to seniority when its time comes."""

from collections.abc import Iterable
from datetime import date, datetime, time
from uuid import UUID

from cases.commands.moments import expect_version, hold, record
from cases.domain import ruling as rule
from cases.domain.case import Case
from cases.domain.following import field
from cases.domain.rules import PARIS
from cases.store import cases, history, wordings
from cases.store.contests import contested_rulings, said
from cases.store.deadlines import RULING_EFFECTIVE, plan_rulings
from cases.store.desk import Desk
from cases.store.history import Line
from cases.store.rules import moment
from contracts.cases import RefusalRuled
from contracts.lists import Ruling, SenioritySource
from contracts.topics import CASES
from eventing.db import Tx
from eventing.due import Due, plan
from webui.identity import User

PROPOSING = ("orientation_proposed", "allocation_recorded")


async def rule_refusal(
    tx: Tx,
    desk: Desk,
    user: User,
    case_id: UUID,
    ruling_id: UUID,
    subject: UUID,
    ruling: Ruling,
    reason: str = "",
    version: int | None = None,
) -> Case:
    """Judge the household's refusal of a proposal or an offer. The same ruling id again changes nothing."""
    taken = await hold(tx, desk, user, case_id, "rule_refusal")
    if any(each.ruling_id == ruling_id for each in taken.case.rulings):
        return taken.case
    expect_version(taken.stored.version, version)
    authors = proposers(await history.of(tx, case_id), taken.case, subject)
    facts = rule.rule_refusal(
        taken.case, ruling_id, subject, ruling, taken.at, by=tx.actor, proposed_by=authors
    )
    if ruling is Ruling.INADMISSIBLE and not reason.strip():
        raise field("no_reason", "Écrivez pourquoi ce refus est irrecevable.", "/reason")
    await wordings.add(tx, desk.vault, case_id, ruling_id, "ruling", reason)
    (made,) = facts
    assert isinstance(made, RefusalRuled)
    if made.effective_on is not None:
        await plan(
            tx,
            id=ruling_id,
            at=datetime.combine(made.effective_on, time(0), PARIS),
            command=RULING_EFFECTIVE,
            key=str(case_id),
            topic=CASES,
        )
    return await record(tx, taken.stored, facts)


def proposers(lines: Iterable[Line], case: Case, subject: UUID) -> frozenset[str]:
    """Who made the proposal, or recorded the allocation, that the household refused."""
    subjects = {str(subject)}
    subjects |= {
        str(each.orientation_id)
        for each in case.allocations
        if each.allocation_id == subject and each.orientation_id is not None
    }
    return frozenset(
        line.actor
        for line in lines
        if line.kind in PROPOSING
        and subjects & {line.fact.get("orientation_id"), line.fact.get("allocation_id")}
    )


async def lodge_appeal(
    tx: Tx,
    desk: Desk,
    user: User,
    case_id: UUID,
    appeal_id: UUID,
    against: UUID,
    lodged_on: date,
    text: str = "",
    version: int | None = None,
) -> Case:
    """A recourse against an event of the case's history. The same appeal id again changes nothing."""
    taken = await hold(tx, desk, user, case_id, "lodge_appeal")
    if any(each.appeal_id == appeal_id for each in taken.case.appeals):
        return taken.case
    expect_version(taken.stored.version, version)
    facts = rule.lodge_appeal(taken.case, appeal_id, await said(tx, case_id, against), lodged_on, taken.at)
    await wordings.add(tx, desk.vault, case_id, appeal_id, "appeal", text)
    return await record(tx, taken.stored, facts)


async def decide_appeal(
    tx: Tx,
    desk: Desk,
    user: User,
    case_id: UUID,
    appeal_id: UUID,
    upheld: bool,
    decided_on: date,
    reason: str = "",
    version: int | None = None,
) -> Case:
    """Answer an appeal; not who took the contested decision."""
    taken = await hold(tx, desk, user, case_id, "decide_appeal")
    expect_version(taken.stored.version, version)
    against = await said(tx, case_id, rule.appeal_of(taken.case, appeal_id).against)
    author = against.actor if against is not None else ""
    facts = rule.decide_appeal(
        taken.case, appeal_id, upheld, decided_on, taken.at, by=tx.actor, author=author
    )
    await wordings.add(tx, desk.vault, case_id, appeal_id, "appeal_answer", reason)
    if not upheld:
        await plan_rulings(tx, taken.case)
    return await record(tx, taken.stored, facts)


async def transmit_again(
    tx: Tx,
    desk: Desk,
    user: User,
    case_id: UUID,
    sent_on: date,
    source: SenioritySource,
    version: int | None = None,
) -> Case:
    """Note the new transmission in SI SIAO after an inadmissible refusal: seniority counts from it."""
    taken = await hold(tx, desk, user, case_id, "correct_seniority")
    expect_version(taken.stored.version, version)
    contested = await contested_rulings(tx, taken.case)
    return await record(
        tx, taken.stored, rule.transmit_again(taken.case, contested, sent_on, source, taken.at)
    )


async def ruling_effective(tx: Tx, due: Due) -> None:
    """The appeal time of a ruling is over, or the case was transmitted again: what it does, if anything."""
    stored = await cases.load(tx, UUID(due.key))
    if stored is None or not rule.still_open(stored.case):
        return
    at = await moment(tx, stored.case.territory)
    contested = await contested_rulings(tx, stored.case)
    await record(tx, stored, rule.reset_seniority(stored.case, contested, at))


DUE = {RULING_EFFECTIVE: ruling_effective}
"""Deadlines of what follows a decision."""
