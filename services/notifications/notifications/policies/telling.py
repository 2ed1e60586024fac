"""Who is told what, once it is remembered.

What was entered in arrears, or is about a commission that has begun, is told to nobody.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from contracts.event import Fact
from contracts.lists import ByWhom, DeclinedHow, LinkPurpose
from contracts.registration import (
    CommissionCancelled,
    CommissionChanged,
    CommissionHeld,
    CommissionRescheduled,
    LinkRequested,
    PlaceDeclined,
    PlaceOffered,
    RegistrationCancelled,
    RegistrationChanged,
    RegistrationConfirmed,
    RegistrationRefused,
    RegistrationWaitlisted,
)
from contracts.topics import NOTIFICATIONS
from eventing.db import Tx, run, run_one
from eventing.due import Due, drop_all, plan
from eventing.subscription import Received
from notifications import store
from notifications.commands import Intent, intend
from notifications.domain import LATE_REMINDER, REMINDERS, Lead, QuietHours, in_arrears, notice_of_change
from notifications.policies.memory import REMIND, known, place

_LINK_TEMPLATES = {
    LinkPurpose.SIGN_IN: "sign_in",
    LinkPurpose.PROVE_ADDRESS: "prove_address",
    LinkPurpose.PARTICIPATION: "participation_link",
}


@dataclass(frozen=True)
class Telling:
    """Who is told what, at the rhythm of the settings."""

    quiet: QuietHours
    reminders: tuple[Lead | None, Lead | None]
    reminder_hour: int

    def handlers(self) -> dict[Any, Any]:
        """Fact class → what is done about it."""
        return {fact: partial(act, self) for fact, act in ACTS.items()}

    async def mail_link(self, tx: Tx, event: Received[LinkRequested]) -> None:
        """The only cause of a sign-in or proof mail."""
        fact = event.fact
        template = _LINK_TEMPLATES.get(fact.purpose)
        if template is None or in_arrears(fact.occurred_on, event.time):
            return
        intent = Intent(
            person_id=fact.person_id,
            template=template,
            about=event.id,
            expires_at=fact.until,
            registration_id=fact.link_id if fact.purpose is LinkPurpose.PARTICIPATION else None,
            link_id=fact.link_id,
            link_generation=fact.generation,
        )
        await intend(tx, intent, self.quiet)

    async def tell_confirmed(self, tx: Tx, event: Received[RegistrationConfirmed]) -> None:
        """One mail for one sign-up: a wait for a workshop told in the same act is in it."""
        commission = await self._ahead(tx, event)
        if commission is None:
            return
        await self._tell(tx, event, commission, "registration_confirmed", cause=event.fact.cause.value)
        if await known(tx, event.fact.registration_id) is not None:
            await self._plan_reminders(tx, event.fact.registration_id, commission)

    async def tell_waitlisted(self, tx: Tx, event: Received[RegistrationWaitlisted]) -> None:
        """A rank; silent when a mail of the same act, not written yet, will say it."""
        commission = await self._ahead(tx, event)
        if commission is None:
            return
        fact = event.fact
        if fact.for_workshop is not None and await run(
            tx, store.UNWRITTEN_TELLING, registration=fact.registration_id, at=event.time.isoformat()
        ):
            return
        await self._tell(
            tx,
            event,
            commission,
            "registration_waitlisted",
            rank=event.fact.rank,
            place=place(event.fact.for_workshop),
        )

    async def tell_offered(self, tx: Tx, event: Received[PlaceOffered]) -> None:
        """An offer and its end."""
        commission = await self._ahead(tx, event)
        if commission is not None:
            fact = event.fact
            await self._tell(
                tx,
                event,
                commission,
                "place_offered",
                expires_at=fact.until,
                until=fact.until.isoformat(),
                place=place(fact.for_workshop),
            )

    async def tell_offer_ended(self, tx: Tx, event: Received[PlaceDeclined]) -> None:
        """An offer that ended without the person's doing."""
        commission = await self._ahead(tx, event)
        if commission is not None and event.fact.how is not DeclinedHow.REFUSED:
            await self._tell(
                tx,
                event,
                commission,
                "offer_ended",
                how=event.fact.how.value,
                place=place(event.fact.for_workshop),
            )

    async def tell_workshops_chosen(self, tx: Tx, event: Received[RegistrationChanged]) -> None:
        """The workshops of one person have changed."""
        commission = await self._ahead(tx, event)
        registration = await known(tx, event.fact.registration_id)
        if commission is not None and registration is not None and registration["proven"]:
            await self._tell(tx, event, commission, "registration_changed")

    async def tell_cancelled(self, tx: Tx, event: Received[RegistrationCancelled]) -> None:
        """A sign-up is cancelled; by whom decides the words."""
        fact = event.fact
        await drop_all(tx, REMIND, str(fact.registration_id))
        commission = await self._ahead(tx, event)
        registration = await known(tx, fact.registration_id)
        if commission is None or registration is None or not registration["proven"]:
            return
        withdrawn = fact.by in (ByWhom.COORDINATOR, ByWhom.IMPORT)
        template = "registration_withdrawn" if withdrawn else "registration_cancelled"
        await self._tell(tx, event, commission, template, invited=registration["invited"])

    async def tell_refused(self, tx: Tx, event: Received[RegistrationRefused]) -> None:
        """A moderated sign-up is refused."""
        commission = await self._ahead(tx, event)
        if commission is not None:
            await self._tell(tx, event, commission, "registration_refused")

    async def tell_rescheduled(self, tx: Tx, event: Received[CommissionRescheduled]) -> None:
        """Old and new date to everybody concerned; reminders move with it."""
        commission = await self._ahead(tx, event)
        if commission is None:
            return
        fact = event.fact
        dates = {name: getattr(fact, name).isoformat() for name in ("old_starts_at", "old_ends_at")}
        for registration in await run(tx, store.CONCERNED, commission=fact.commission_id):
            await self._tell_one(tx, event, registration, commission, "commission_rescheduled", **dates)
            if registration["state"] == "confirmed":
                await self._plan_reminders(tx, registration["registration_id"], commission)

    async def tell_changed(self, tx: Tx, event: Received[CommissionChanged]) -> None:
        """One notice per person and change, once the new wording is known."""
        commission = await self._ahead(tx, event)
        if commission is None:
            return
        changed = event.fact.changed
        template = notice_of_change(changed, commission["workshops_before"], commission["workshops"])
        if template is None:
            return
        fields = [field.value for field in changed]
        for registration in await run(tx, store.CONCERNED, commission=event.fact.commission_id):
            if registration["state"] == "confirmed" or template == "details_changed":
                await self._tell_one(
                    tx, event, registration, commission, template, wording_from=event.time, changed=fields
                )

    async def tell_commission_cancelled(self, tx: Tx, event: Received[CommissionCancelled]) -> None:
        """Everybody concerned is told, and nobody is reminded."""
        fact = event.fact
        registrations = await run(tx, store.CONCERNED, commission=fact.commission_id)
        for registration in registrations:
            await drop_all(tx, REMIND, str(registration["registration_id"]))
        commission = await self._ahead(tx, event, cancelled=True)
        if commission is None:
            return
        for registration in registrations:
            await self._tell_one(
                tx,
                event,
                registration,
                commission,
                "commission_cancelled",
                reason=fact.reason.value,
                invited=registration["invited"],
            )

    async def forget_reminders(self, tx: Tx, event: Received[CommissionHeld]) -> None:
        """What took place needs no reminder."""
        for registration in await run(tx, store.CONCERNED, commission=event.fact.commission_id):
            await drop_all(tx, REMIND, str(registration["registration_id"]))

    async def _ahead(self, tx: Tx, event: Received[Any], *, cancelled: bool = False) -> Any:
        """The commission, if it is to come and the fact was not entered in arrears; None otherwise."""
        if in_arrears(event.fact.occurred_on, event.time):
            return None
        commission = await run_one(tx, store.COMMISSION_OF, id=event.fact.commission_id)
        if commission is None or commission["starts_at"] <= tx.now:
            return None
        return commission if cancelled or commission["state"] == "scheduled" else None

    async def _tell(
        self,
        tx: Tx,
        event: Received[Any],
        commission: Any,
        template: str,
        expires_at: datetime | None = None,
        **details: Any,
    ) -> None:
        fact = event.fact
        person = {"person_id": fact.person_id, "registration_id": fact.registration_id}
        await self._tell_one(tx, event, person, commission, template, expires_at=expires_at, **details)

    async def _tell_one(
        self,
        tx: Tx,
        event: Received[Any],
        registration: Any,
        commission: Any,
        template: str,
        *,
        expires_at: datetime | None = None,
        wording_from: datetime | None = None,
        **details: Any,
    ) -> None:
        intent = Intent(
            person_id=registration["person_id"],
            template=template,
            about=event.id,
            expires_at=expires_at or commission["starts_at"],
            wording_from=wording_from,
            commission_id=commission["commission_id"],
            registration_id=registration["registration_id"],
            sequence=event.seq,
            details=details | {"at": event.time.isoformat()},
        )
        await intend(tx, intent, self.quiet)

    async def _plan_reminders(self, tx: Tx, registration_id: UUID, commission: Any) -> None:
        await drop_all(tx, REMIND, str(registration_id))
        for template, lead in zip(REMINDERS, self.reminders, strict=True):
            if lead is None:
                continue
            at = lead.before(commission["starts_at"], self.reminder_hour)
            if at <= tx.now:
                continue
            await plan(
                tx,
                id=uuid5(NAMESPACE_URL, f"{template}/{registration_id}"),
                at=at,
                command=REMIND,
                topic=NOTIFICATIONS,
                key=str(registration_id),
                payload={"template": template, "dated_by": str(commission["dated_by"])},
            )

    async def remind(self, tx: Tx, due: Due) -> None:
        """Reminds of a seat that is still held, at the date it was planned for; never late."""
        registration = await known(tx, UUID(due.key))
        if registration is None or registration["state"] != "confirmed" or tx.now > due.at + LATE_REMINDER:
            return
        commission = await run_one(tx, store.COMMISSION_OF, id=registration["commission_id"])
        if (
            commission is None
            or commission["state"] != "scheduled"
            or str(commission["dated_by"]) != due.payload["dated_by"]
            or commission["starts_at"] <= tx.now
        ):
            return
        intent = Intent(
            person_id=registration["person_id"],
            template=due.payload["template"],
            about=commission["dated_by"],
            expires_at=min(commission["starts_at"], due.at + LATE_REMINDER),
            commission_id=commission["commission_id"],
            registration_id=registration["registration_id"],
        )
        await intend(tx, intent, self.quiet)


ACTS: Mapping[type[Fact], Callable[..., Awaitable[None]]] = {
    LinkRequested: Telling.mail_link,
    RegistrationConfirmed: Telling.tell_confirmed,
    RegistrationWaitlisted: Telling.tell_waitlisted,
    PlaceOffered: Telling.tell_offered,
    PlaceDeclined: Telling.tell_offer_ended,
    RegistrationChanged: Telling.tell_workshops_chosen,
    RegistrationCancelled: Telling.tell_cancelled,
    RegistrationRefused: Telling.tell_refused,
    CommissionRescheduled: Telling.tell_rescheduled,
    CommissionChanged: Telling.tell_changed,
    CommissionCancelled: Telling.tell_commission_cancelled,
    CommissionHeld: Telling.forget_reminders,
}
