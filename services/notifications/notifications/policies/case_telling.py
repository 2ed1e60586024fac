"""Who is told that something about a case, or an agenda, is to be read in Seuil. Never what.

Nobody is told of their own act. What a closed account cannot read is said to the coordinators.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from contracts.cases import (
    AgendaPublished,
    AllocationCancelled,
    AllocationRecorded,
    AppealDecided,
    CaseAdjourned,
    CaseDecided,
    CasePostponed,
    CaseRejected,
    CaseTransferred,
    CompletionRequested,
    MinutesApproved,
    OrientationProposed,
    OrientationRefused,
    StepAssigned,
)
from contracts.directory import PersonRecorded
from contracts.event import Fact
from contracts.lists import AccountState, PostponeCause
from contracts.registration import CommissionCancelled, CommissionRescheduled, PanelMemberNamed
from eventing.db import Tx, run, run_one
from eventing.due import Due, plan
from eventing.subscription import Received
from notifications import store
from notifications.commands import Intent, intend, lift
from notifications.domain import PARIS, QuietHours, in_arrears
from notifications.policies.case_memory import ANSWER_OVERDUE, DECISION_UNREAD, PROVIDER_SILENT, case_of

WITH_THEIR_COMMISSION = (PostponeCause.COMMISSION_MOVED, PostponeCause.COMMISSION_CANCELLED)


@dataclass(frozen=True)
class CaseTelling:
    """Who is told, at the rhythm of the settings.

    `escalation`: from the reminder of a silent provider to the coordinators; `unread`: from a decision to the
    reminder of whoever has not opened it.
    """

    quiet: QuietHours
    escalation: timedelta
    unread: timedelta

    def handlers(self) -> dict[Any, Any]:
        """Fact class → what is done about it."""
        return {fact: partial(act, self) for fact, act in CASE_ACTS.items()}

    def due_commands(self) -> dict[str, Any]:
        """What deadlines run."""
        return {
            PROVIDER_SILENT: self.remind_provider,
            ANSWER_OVERDUE: self.escalate,
            DECISION_UNREAD: self.remind_of_decision,
        }

    async def lift_for_new_address(self, tx: Tx, event: Received[PersonRecorded]) -> None:
        """An address was suspended, not a person: another address is tried."""
        await lift(tx, event.fact.person_id, unless=event.fact.email)

    async def tell_agenda(self, tx: Tx, event: Received[AgendaPublished]) -> None:
        """The agenda is out: each member is told, with a link."""
        commission = await self._ahead(tx, event.fact.commission_id)
        if commission is not None:
            for row in await run(tx, store.MEMBERS, commission=event.fact.commission_id):
                await self._tell_member(tx, event, commission, row["person_id"], "agenda_published")

    async def tell_late_member(self, tx: Tx, event: Received[PanelMemberNamed]) -> None:
        """Somebody joins a panel whose agenda is out already."""
        fact = event.fact
        agenda = await run_one(tx, store.AGENDA_OF, id=fact.commission_id)
        commission = await self._ahead(tx, fact.commission_id)
        if agenda is None or commission is None or in_arrears(fact.occurred_on, event.time):
            return
        about = agenda["published_by"]
        await self._tell_member(tx, event, commission, fact.person_id, "agenda_published", about=about)

    async def tell_panel_moved(self, tx: Tx, event: Received[CommissionRescheduled]) -> None:
        """Members who hold no seat as registered people are told the date by nobody else."""
        fact = event.fact
        dates = {name: getattr(fact, name).isoformat() for name in ("old_starts_at", "old_ends_at")}
        await self._tell_panel(tx, event, "panel_rescheduled", **dates)

    async def tell_panel_cancelled(self, tx: Tx, event: Received[CommissionCancelled]) -> None:
        """Likewise, when it will not take place."""
        await self._tell_panel(tx, event, "panel_cancelled", reason=event.fact.reason.value)

    async def tell_minutes(self, tx: Tx, event: Received[MinutesApproved]) -> None:
        """The minutes are final: each member is told."""
        commission = await run_one(tx, store.COMMISSION_OF, id=event.fact.commission_id)
        if commission is not None:
            for row in await run(tx, store.MEMBERS, commission=event.fact.commission_id):
                await self._tell_member(
                    tx, event, commission, row["person_id"], "minutes_approved", for_a_week=True
                )

    async def tell_postponed(self, tx: Tx, event: Received[CasePostponed]) -> None:
        """A case alone, or with its commission: then once per referrer, whatever the number of cases."""
        if event.fact.cause in WITH_THEIR_COMMISSION and event.causation is not None:
            await self._tell_referrer(tx, event, "agenda_moved", about=event.causation, alone=False)
        else:
            await self._tell_referrer(tx, event, "case_postponed")

    async def tell_completion(self, tx: Tx, event: Received[CompletionRequested]) -> None:
        """Items are asked of the referrer."""
        await self._tell_referrer(tx, event, "completion_requested", on=event.fact.due_on.isoformat())

    async def tell_rejected(self, tx: Tx, event: Received[CaseRejected]) -> None:
        """An answer that may be appealed."""
        await self._tell_referrer(tx, event, "case_rejected", on=event.fact.appeal_until.isoformat())

    async def tell_decided(self, tx: Tx, event: Received[CaseDecided]) -> None:
        """The same day, a link alone; once more when nobody has opened it some days later."""
        await self._tell_referrer(tx, event, "case_decided", at=event.time.isoformat())
        if await case_of(tx, event.fact.case_id) is not None:
            await plan(
                tx,
                id=event.id,
                at=tx.now + self.unread,
                command=DECISION_UNREAD,
                key=str(event.fact.case_id),
            )

    async def tell_adjourned(self, tx: Tx, event: Received[CaseAdjourned]) -> None:
        """The panel wants to see the case again."""
        await self._tell_referrer(tx, event, "case_adjourned")

    async def tell_allocation(self, tx: Tx, event: Received[AllocationRecorded]) -> None:
        """The referrer prepares what comes next."""
        await self._tell_referrer(tx, event, "allocation_recorded")

    async def tell_allocation_cancelled(self, tx: Tx, event: Received[AllocationCancelled]) -> None:
        """Proposals that ended are not revived: the referrer and the coordinators choose what comes next."""
        case = await case_of(tx, event.fact.case_id)
        if case is not None:
            await self._tell_referrer(tx, event, "allocation_cancelled")
            await self._tell_coordinators(tx, event, case, "allocation_cancelled")

    async def tell_appeal(self, tx: Tx, event: Received[AppealDecided]) -> None:
        """An appeal has its answer."""
        await self._tell_referrer(tx, event, "appeal_decided")

    async def tell_transferred(self, tx: Tx, event: Received[CaseTransferred]) -> None:
        """The new referrer is told."""
        await self._tell_referrer(tx, event, "case_transferred")

    async def tell_step(self, tx: Tx, event: Received[StepAssigned]) -> None:
        """Whoever has something to do is told, unless a mail about the decision of that act tells them."""
        owner = event.fact.owner_id
        case = await case_of(tx, event.fact.case_id)
        if owner is None or case is None:
            return
        same_act = {"case": event.fact.case_id, "person": owner, "at": event.time.isoformat()}
        if not await run(tx, store.TOLD_OF_DECISION, **same_act):
            await self._tell(tx, event, case, owner, "step_assigned", on=event.fact.due_on.isoformat())

    async def tell_provider(self, tx: Tx, event: Received[OrientationProposed]) -> None:
        """Everybody with an account in the organisation; its silence is watched."""
        fact = event.fact
        case = await case_of(tx, fact.case_id)
        if case is None:
            return
        for row in await run(tx, store.COLLEAGUES, organisation=fact.organisation_id):
            await self._tell(
                tx,
                event,
                case,
                row["person_id"],
                "orientation_proposed",
                by=fact.answer_due_at.isoformat(),
                orientation=str(fact.orientation_id),
            )
        await plan(
            tx,
            id=fact.orientation_id,
            at=fact.answer_due_at,
            command=PROVIDER_SILENT,
            key=str(fact.case_id),
            payload={"about": str(event.id), "orientation": str(fact.orientation_id)},
        )

    async def tell_refused(self, tx: Tx, event: Received[OrientationRefused]) -> None:
        """A refusal after acceptance is always said, to the referrer and to the coordinators."""
        case = await case_of(tx, event.fact.case_id)
        if case is not None and event.fact.after_acceptance:
            await self._tell(tx, event, case, case["referrer_id"], "orientation_refused")
            await self._tell_coordinators(tx, event, case, "orientation_refused")

    async def remind_provider(self, tx: Tx, due: Due) -> None:
        """The deadline has passed without an answer: one reminder; silence goes on being watched."""
        proposal, case = await self._awaited(tx, due)
        if proposal is None:
            return
        about, orientation = UUID(due.payload["about"]), due.payload["orientation"]
        for row in await run(tx, store.COLLEAGUES, organisation=proposal["organisation_id"]):
            await self._intend(
                tx, row["person_id"], "orientation_reminder", about, case, orientation=orientation
            )
        await plan(
            tx,
            id=uuid5(NAMESPACE_URL, f"{ANSWER_OVERDUE}/{orientation}"),
            at=tx.now + self.escalation,
            command=ANSWER_OVERDUE,
            key=due.key,
            payload=due.payload,
        )

    async def escalate(self, tx: Tx, due: Due) -> None:
        """Silent still: the coordinators are told, once. Nothing is refused in the provider's name."""
        proposal, case = await self._awaited(tx, due)
        if proposal is None:
            return
        about, orientation = UUID(due.payload["about"]), due.payload["orientation"]
        for row in await self._coordinators(tx, case):
            await self._intend(
                tx, row["person_id"], "orientation_escalated", about, case, orientation=orientation
            )

    async def remind_of_decision(self, tx: Tx, due: Due) -> None:
        """Nobody has opened the decision: its referrer of now is reminded, once."""
        case = await case_of(tx, UUID(due.key))
        if case is not None:
            referrer = case["referrer_id"]
            if not await self._gone(tx, referrer):
                await self._intend(tx, referrer, "decision_unread", due.id, case, read=str(due.id))

    @staticmethod
    async def _gone(tx: Tx, person_id: UUID) -> bool:
        account = await run_one(tx, store.ACCOUNT_OF, id=person_id)
        closed = account is not None and account["state"] != AccountState.ACTIVE.value
        return closed or await store.is_erased(tx, person_id)

    async def _awaited(self, tx: Tx, due: Due) -> tuple[Any, Any]:
        proposal = await run_one(tx, store.ORIENTATION_OF, id=UUID(due.payload["orientation"]))
        case = await case_of(tx, UUID(due.key))
        return (proposal, case) if case is not None else (None, None)

    async def _tell_referrer(
        self,
        tx: Tx,
        event: Received[Any],
        template: str,
        *,
        about: UUID | None = None,
        alone: bool = True,
        **details: Any,
    ) -> None:
        case = await case_of(tx, event.fact.case_id)
        if case is not None:
            await self._tell(
                tx, event, case, case["referrer_id"], template, about=about, alone=alone, **details
            )

    async def _tell(
        self,
        tx: Tx,
        event: Received[Any],
        case: Any,
        person_id: UUID,
        template: str,
        *,
        about: UUID | None = None,
        alone: bool = True,
        **details: Any,
    ) -> None:
        """`alone`: the message points at that case, not at the person's list."""
        if event.actor == f"person:{person_id}":
            return
        if await self._gone(tx, person_id):
            await self._tell_coordinators(tx, event, case, "case_unattended")
            return
        await self._intend(tx, person_id, template, about or event.id, case if alone else None, **details)

    async def _tell_coordinators(self, tx: Tx, event: Received[Any], case: Any, template: str) -> None:
        for row in await self._coordinators(tx, case):
            if event.actor != f"person:{row['person_id']}":
                await self._intend(tx, row["person_id"], template, event.id, case)

    @staticmethod
    async def _coordinators(tx: Tx, case: Any) -> list[Any]:
        today = tx.now.astimezone(PARIS).date()
        return list(await run(tx, store.COORDINATORS, territory=case["territory"], today=today))

    async def _intend(
        self, tx: Tx, person_id: UUID, template: str, about: UUID, case: Any, **details: Any
    ) -> None:
        case_id = case["case_id"] if case is not None else None
        intent = Intent(person_id, template, about, case_id=case_id, details=details)
        await intend(tx, intent, self.quiet)

    @staticmethod
    async def _ahead(tx: Tx, commission_id: UUID, *, cancelled: bool = False) -> Any:
        commission = await run_one(tx, store.COMMISSION_OF, id=commission_id)
        if commission is None or commission["starts_at"] <= tx.now:
            return None
        return commission if cancelled or commission["state"] == "scheduled" else None

    async def _tell_panel(self, tx: Tx, event: Received[Any], template: str, **details: Any) -> None:
        fact = event.fact
        commission = await self._ahead(tx, fact.commission_id, cancelled=True)
        if commission is None or in_arrears(fact.occurred_on, event.time):
            return
        registered = {
            row["person_id"] for row in await run(tx, store.CONCERNED, commission=fact.commission_id)
        }
        for row in await run(tx, store.MEMBERS, commission=fact.commission_id):
            if row["person_id"] not in registered:
                await self._tell_member(tx, event, commission, row["person_id"], template, **details)

    async def _tell_member(
        self,
        tx: Tx,
        event: Received[Any],
        commission: Any,
        person_id: UUID,
        template: str,
        *,
        about: UUID | None = None,
        for_a_week: bool = False,
        **details: Any,
    ) -> None:
        if event.actor == f"person:{person_id}":
            return
        intent = Intent(
            person_id=person_id,
            template=template,
            about=about or event.id,
            expires_at=None if for_a_week else commission["starts_at"],
            commission_id=commission["commission_id"],
            details=details,
        )
        await intend(tx, intent, self.quiet)


CASE_ACTS: Mapping[type[Fact], Callable[..., Awaitable[None]]] = {
    PersonRecorded: CaseTelling.lift_for_new_address,
    PanelMemberNamed: CaseTelling.tell_late_member,
    CommissionRescheduled: CaseTelling.tell_panel_moved,
    CommissionCancelled: CaseTelling.tell_panel_cancelled,
    AgendaPublished: CaseTelling.tell_agenda,
    MinutesApproved: CaseTelling.tell_minutes,
    CasePostponed: CaseTelling.tell_postponed,
    CompletionRequested: CaseTelling.tell_completion,
    CaseRejected: CaseTelling.tell_rejected,
    CaseDecided: CaseTelling.tell_decided,
    CaseAdjourned: CaseTelling.tell_adjourned,
    AllocationRecorded: CaseTelling.tell_allocation,
    AllocationCancelled: CaseTelling.tell_allocation_cancelled,
    AppealDecided: CaseTelling.tell_appeal,
    CaseTransferred: CaseTelling.tell_transferred,
    StepAssigned: CaseTelling.tell_step,
    OrientationProposed: CaseTelling.tell_provider,
    OrientationRefused: CaseTelling.tell_refused,
}
