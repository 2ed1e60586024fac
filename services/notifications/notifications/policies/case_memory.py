"""Remember the little that mails about cases need: who follows, who sits, who may answer. Never content."""

from typing import Any
from uuid import UUID

from contracts.accounts import AccountRecorded
from contracts.cases import (
    AgendaPublished,
    CaseRestated,
    CaseSubmitted,
    CaseTransferred,
    HouseholdErased,
    OrientationAccepted,
    OrientationEnded,
    OrientationProposed,
    OrientationRefused,
    ReferrerInformed,
)
from contracts.lists import DropCause
from contracts.registration import PanelMemberNamed, PanelMemberRemoved
from eventing.db import Tx, run, run_one
from eventing.due import drop as drop_due
from eventing.due import drop_all
from eventing.subscription import Handlers, Received
from notifications import store
from notifications.commands import drop
from notifications.domain import AWAITING_ANSWER, TO_PANEL

PROVIDER_SILENT = "provider_silent"
"""The deadline of a provider's answer."""
ANSWER_OVERDUE = "answer_overdue"
"""The provider was reminded and is silent still."""
DECISION_UNREAD = "decision_unread"
"""The referrer was told of a decision some days ago."""
DEADLINES = (PROVIDER_SILENT, ANSWER_OVERDUE, DECISION_UNREAD)


async def case_of(tx: Tx, case_id: UUID) -> Any:
    """What is remembered of a case, or None: never heard of, or erased."""
    return await run_one(tx, store.CASE_OF, id=case_id)


async def _remember_case(tx: Tx, case_id: UUID, territory: str, referrer_id: UUID) -> None:
    if not await run(tx, store.IS_ERASED_CASE, id=case_id):
        await run(tx, store.PUT_CASE, case_id=case_id, territory=territory, referrer_id=referrer_id)


async def remember_account(tx: Tx, event: Received[AccountRecorded]) -> None:
    """Keeps who may sign in, for which organisation and with which roles."""
    fact = event.fact
    if not await store.is_erased(tx, fact.person_id):
        await run(
            tx,
            store.PUT_ACCOUNT,
            person_id=fact.person_id,
            version=fact.version,
            state=fact.state.value,
            organisation_id=fact.organisation_id,
            roles=[role.model_dump(mode="json") for role in fact.roles],
        )


async def remember_member(tx: Tx, event: Received[PanelMemberNamed]) -> None:
    """Keeps who sits on the panel of a commission."""
    fact = event.fact
    if not await store.is_erased(tx, fact.person_id):
        await run(tx, store.PUT_SEAT, commission=fact.commission_id, person=fact.person_id)


async def forget_member(tx: Tx, event: Received[PanelMemberRemoved]) -> None:
    """Whoever leaves a panel is told nothing more about it."""
    place = {"commission": event.fact.commission_id, "person": event.fact.person_id}
    await run(tx, store.REMOVE_SEAT, **place)
    for row in await run(tx, store.OPEN_OF_MEMBER, **place):
        if row["template"] in TO_PANEL:
            await drop(tx, row["message_id"], DropCause.STALE)


async def remember_agenda(tx: Tx, event: Received[AgendaPublished]) -> None:
    """Keeps that an agenda is out, for members named later."""
    await run(tx, store.PUT_AGENDA, commission_id=event.fact.commission_id, published_by=event.id)


async def remember_submitted(tx: Tx, event: Received[CaseSubmitted]) -> None:
    """Keeps who follows a case."""
    fact = event.fact
    await _remember_case(tx, fact.case_id, fact.territory, fact.referrer_id)


async def remember_restated(tx: Tx, event: Received[CaseRestated]) -> None:
    """The same, when a long case is said again."""
    facts = event.fact.facts
    await _remember_case(tx, event.fact.case_id, facts.territory, facts.referrer_id)


async def remember_transferred(tx: Tx, event: Received[CaseTransferred]) -> None:
    """Keeps who follows a case now; what waits for the former one is not sent, unless they keep sight."""
    fact = event.fact
    case = await case_of(tx, fact.case_id)
    if case is None:
        return
    await _remember_case(tx, fact.case_id, case["territory"], fact.referrer_id)
    if fact.former_until is None and case["referrer_id"] != fact.referrer_id:
        for row in await run(tx, store.OPEN_OF_CASE, case=fact.case_id):
            if row["person_id"] == case["referrer_id"]:
                await drop(tx, row["message_id"], DropCause.STALE)


async def remember_proposed(tx: Tx, event: Received[OrientationProposed]) -> None:
    """Keeps that an answer is awaited."""
    fact = event.fact
    if not await run(tx, store.IS_ERASED_CASE, id=fact.case_id):
        names = ("orientation_id", "case_id", "organisation_id")
        await run(tx, store.PUT_ORIENTATION, **{name: getattr(fact, name) for name in names})


async def forget_proposal(
    tx: Tx,
    event: Received[OrientationAccepted] | Received[OrientationRefused] | Received[OrientationEnded],
) -> None:
    """An answer, or an end: nobody is reminded of it any more."""
    fact = event.fact
    await run(tx, store.END_ORIENTATION, id=fact.orientation_id)
    for row in await run(tx, store.OPEN_OF_CASE, case=fact.case_id):
        awaited = row["template"] in AWAITING_ANSWER
        if awaited and row["details"].get("orientation") == str(fact.orientation_id):
            await drop(tx, row["message_id"], DropCause.STALE)


async def forget_reminder(tx: Tx, event: Received[ReferrerInformed]) -> None:
    """The decision was read."""
    await drop_due(tx, event.fact.about)
    for row in await run(tx, store.OPEN_OF_CASE, case=event.fact.case_id):
        if row["template"] == DECISION_UNREAD and row["details"].get("read") == str(event.fact.about):
            await drop(tx, row["message_id"], DropCause.STALE)


async def forget_household(tx: Tx, event: Received[HouseholdErased]) -> None:
    """Nothing kept here leads to these cases any more; what was about to leave does not."""
    for case_id in event.fact.case_ids:
        await run(tx, store.REMEMBER_ERASED_CASE, case=case_id, day=event.fact.erased_on)
        for row in await run(tx, store.OPEN_OF_CASE, case=case_id):
            await drop(tx, row["message_id"], DropCause.STALE)
        for command in DEADLINES:
            await drop_all(tx, command, str(case_id))
        for statement in (store.CUT_MESSAGES, store.FORGET_ORIENTATIONS, store.FORGET_CASE):
            await run(tx, statement, id=case_id)


CASE_MEMORY: Handlers = {
    AccountRecorded: remember_account,
    PanelMemberNamed: remember_member,
    PanelMemberRemoved: forget_member,
    AgendaPublished: remember_agenda,
    CaseSubmitted: remember_submitted,
    CaseRestated: remember_restated,
    CaseTransferred: remember_transferred,
    OrientationProposed: remember_proposed,
    OrientationAccepted: forget_proposal,
    OrientationRefused: forget_proposal,
    OrientationEnded: forget_proposal,
    ReferrerInformed: forget_reminder,
    HouseholdErased: forget_household,
}
