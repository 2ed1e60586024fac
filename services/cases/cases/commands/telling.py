"""Who was told: the referrer who opened a decision, the household as a person says, SI SIAO as copied."""

from datetime import date
from uuid import UUID

from cases.commands.moments import expect_version, hold, lock, record
from cases.domain import following as rule
from cases.domain.case import Case
from cases.domain.rules import civil_day
from cases.domain.told import TO_OPEN, TO_TELL
from cases.store import cases, files, history, reporting
from cases.store.desk import Desk
from cases.store.viewers import viewer_of
from contracts import cases as say
from contracts.lists import InformedHow, Role
from contracts.refusal import Refused
from eventing.db import Tx
from webui.identity import User


async def inform_referrer(tx: Tx, desk: Desk, user: User, case_id: UUID) -> Case | None:
    """The referrer has the decision before their eyes: once per event. Nothing for anybody else, nor twice.

    For the page that shows it, at the end of its transaction: facts are last.
    """
    seen = await cases.load(tx, case_id)
    if seen is None or user.account_id not in (seen.case.referrer_id, *seen.guard.team):
        return None
    if not await _unread(tx, seen.case):
        return None
    await lock(tx, case_id)
    stored = await cases.load(tx, case_id)
    assert stored is not None
    viewer = await viewer_of(tx, user, desk.territory)
    if case_id in viewer.recused:
        return None
    today = civil_day(tx.now)
    facts = [
        say.ReferrerInformed(case_id=case_id, about=event, informed_on=today)
        for event in await _unread(tx, stored.case)
    ]
    return await record(tx, stored, facts)


async def _unread(tx: Tx, case: Case) -> list[UUID]:
    return [
        line.event_id
        for line in await history.of(tx, case.case_id)
        if line.kind in TO_OPEN and line.event_id is not None and line.event_id not in case.referrer_informed
    ]


async def inform_household(
    tx: Tx,
    desk: Desk,
    user: User,
    case_id: UUID,
    about: UUID,
    how: InformedHow,
    informed_on: date,
    version: int | None = None,
) -> Case:
    """A person says that the household was told of an event of its case, and how."""
    taken = await hold(tx, desk, user, case_id, "inform_household")
    expect_version(taken.stored.version, version)
    found = await history.by_event(tx, about)
    if found is None or found[0] != case_id or found[1].kind not in TO_TELL:
        raise rule.field("unknown_event", "Choisissez ce dont le ménage a été informé.", "/about")
    on = civil_day(found[1].at)
    facts = rule.inform_household(taken.case, about, on, how, informed_on, taken.at)
    await files.touch(tx, taken.case.household_id, taken.at.today)
    return await record(tx, taken.stored, facts)


async def mark_copied(tx: Tx, desk: Desk, user: User, case_id: UUID, event_id: UUID) -> None:
    """Somebody copied a decision into SI SIAO: when and who. A second time changes nothing."""
    if not user.has(Role.SIAO_AGENT, Role.COORDINATOR, territory=desk.territory):
        raise Refused("forbidden", "Seuls le SIAO et la coordination reportent les avis.", 403)
    await hold(tx, desk, user, case_id, "propose")
    found = await history.by_event(tx, event_id)
    if found is None or found[0] != case_id or found[1].kind != "case_decided":
        raise Refused("unknown_event", "Cet avis n’existe pas.", 404)
    await reporting.mark(tx, case_id, event_id)
