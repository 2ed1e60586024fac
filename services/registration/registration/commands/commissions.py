"""Commands on a commission: plan, publish, change, move, call off, say held."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from contracts.lists import CancelReason, Role
from contracts.refusal import FieldError, Refused
from eventing.db import Tx
from eventing.due import drop_all
from eventing.outbox import append
from registration.commands.asked import (
    ChangeCommission,
    CommissionDates,
    PlanCommission,
    RescheduleCommission,
    WorkshopAsked,
)
from registration.commands.moments import (
    business_day,
    expect_version,
    found,
    lock,
    moment,
    roster_of,
)
from registration.commands.rights import allow
from registration.domain import commission as rule
from registration.domain.attendance import count
from registration.domain.commission import Commission, Talk, Workshop
from registration.domain.offers import refit
from registration.domain.rules import PARIS, Rules, civil_day
from registration.store import commissions, rosters
from webui.fields import paris_instant
from webui.identity import User


async def plan_commission(tx: Tx, by: User | None, asked: PlanCommission) -> Commission:
    """Plan a commission, told to nobody yet. The same id again answers the commission as it stands."""
    allow(by, Role.COORDINATOR, territory=asked.territory)
    await lock(tx, asked.commission_id)
    known = await commissions.load(tx, asked.commission_id)
    if known is not None:
        allow(by, Role.COORDINATOR, territory=known.territory)
        return known
    planned = Commission(
        commission_id=asked.commission_id,
        territory=asked.territory,
        commission_type=asked.commission_type.value,
        **_wording(asked, asked.day),
        **_dates(asked),
    )
    planned = planned.with_deadline()
    rule.check(planned)
    await _refuse_foreign_workshops(tx, planned)
    await commissions.save(tx, planned, new=True)
    return planned


async def publish_commission(
    tx: Tx, by: User | None, commission_id: UUID, version: int, occurred_on: date | None = None
) -> Commission:
    """Announce it. One whose day has passed is entered in arrears, by itself or on `occurred_on`."""
    before = await _locked(tx, by, commission_id, version)
    on = moment(tx, Rules(), occurred_on).on
    if occurred_on is None and before.day < on:
        on = civil_day(before.registration_opens_at)
    after, facts = rule.publish(before, on)
    await commissions.save(tx, after)
    await append(tx, *facts)
    return after


async def change_commission(
    tx: Tx, rules: Rules, by: User | None, commission_id: UUID, asked: ChangeCommission
) -> Commission:
    """Change anything but the date. More places are offered at once; fewer than taken are refused."""
    before = await _locked(tx, by, commission_id, asked.version)
    roster = await roster_of(tx, commission_id)
    wanted = replace(
        before,
        **_wording(asked, before.day),
        **_window(asked),
        case_deadline_on=asked.case_deadline_on,
    ).with_deadline()
    await _refuse_foreign_workshops(tx, wanted)
    now = moment(tx, rules)
    after, facts = rule.change(before, wanted, roster.use(), now.on)
    refitted = refit(roster, after, now)
    await commissions.save(tx, after)
    await rosters.save(tx, roster, refitted.roster)
    await append(tx, *facts, *refitted.facts)
    return after


async def reschedule_commission(
    tx: Tx, rules: Rules, by: User | None, commission_id: UUID, asked: RescheduleCommission
) -> Commission:
    """Move it. Offers that would run past the new margin are withdrawn, then made again."""
    before = await _locked(tx, by, commission_id, asked.version)
    roster = await roster_of(tx, commission_id)
    dates = replace(before, **_dates(asked), workshops=_moved(before.workshops, asked.day))
    wanted = dates.with_deadline()
    now = moment(tx, rules)
    after, facts = rule.reschedule(before, wanted, asked.reason, tx.now, now.on)
    refitted = refit(roster, after, now)
    await commissions.save(tx, after)
    await rosters.save(tx, roster, refitted.roster)
    await append(tx, *facts, *refitted.facts)
    return after


async def cancel_commission(
    tx: Tx,
    by: User | None,
    commission_id: UUID,
    version: int,
    reason: CancelReason,
    occurred_on: date | None = None,
) -> Commission:
    """Call it off, with n people registered: sign-ups stay readable, deadlines are dropped."""
    before = await _locked(tx, by, commission_id, version)
    after, facts = rule.cancel(before, reason, moment(tx, Rules(), occurred_on).on)
    await commissions.save(tx, after)
    await drop_all(tx, rosters.LAPSE, str(commission_id))
    await drop_all(tx, rosters.EXPIRE, str(commission_id))
    await append(tx, *facts)
    return after


async def hold_commission(
    tx: Tx, by: User | None, commission_id: UUID, version: int, occurred_on: date | None = None
) -> Commission:
    """Say that it took place, counting attendance as recorded."""
    before = await _locked(tx, by, commission_id, version)
    roster = await roster_of(tx, commission_id)
    on = moment(tx, Rules(), business_day(tx, before, occurred_on)).on
    after, facts = rule.hold(before, count(roster, before.day), tx.now, on)
    await commissions.save(tx, after)
    await append(tx, *facts)
    return after


async def _locked(tx: Tx, by: User | None, commission_id: UUID, version: int) -> Commission:
    allow(by, Role.COORDINATOR, territory=(await found(tx, commission_id)).territory)
    await lock(tx, commission_id)
    commission = await found(tx, commission_id)
    expect_version(commission.version, version)
    return commission


async def _refuse_foreign_workshops(tx: Tx, commission: Commission) -> None:
    if await commissions.uses_foreign_workshop(tx, commission):
        text = "Un atelier porte l’identifiant d’un atelier d’une autre commission."
        raise Refused("foreign_workshop", text, 409, [FieldError("/workshops", "foreign_workshop", text)])


def _wording(asked: PlanCommission | ChangeCommission, day: date) -> dict[str, Any]:
    return {
        "title": asked.title,
        "parts": tuple(dict.fromkeys(asked.parts)),
        "capacity": asked.capacity,
        "minutes_for_cases": asked.minutes_for_cases,
        "place": asked.place,
        "address": asked.address,
        "video_url": asked.video_url,
        "contact_email": asked.contact_email,
        "moderated": asked.moderated,
        "workshops": tuple(_workshop(n, w, day) for n, w in enumerate(asked.workshops)),
        "talks": tuple(Talk(t.title, t.speaker, t.starts, t.minutes) for t in asked.talks),
    }


def _workshop(number: int, asked: WorkshopAsked, day: date) -> Workshop:
    pointer = f"/workshops/{number}"
    starts_at = paris_instant(day, asked.starts, f"{pointer}/starts") if asked.starts else None
    ends_at = paris_instant(day, asked.ends, f"{pointer}/ends") if asked.ends else None
    if starts_at and ends_at and ends_at <= starts_at:
        text = "La fin de l’atelier doit venir après son début."
        raise Refused(
            "ends_before_start", text, 409, [FieldError(f"{pointer}/ends", "ends_before_start", text)]
        )
    return Workshop(
        asked.workshop_id, asked.title, asked.slot, asked.capacity, asked.room, starts_at, ends_at
    )


def _dates(asked: CommissionDates) -> dict[str, Any]:
    return {
        "day": asked.day,
        "starts": asked.starts,
        "ends": asked.ends,
        "starts_at": paris_instant(asked.day, asked.starts, "/starts"),
        "ends_at": paris_instant(asked.day, asked.ends, "/ends"),
        "case_deadline_on": asked.case_deadline_on,
        **_window(asked),
    }


def _window(asked: CommissionDates | ChangeCommission) -> dict[str, Any]:
    opens = asked.registration_opens_on, asked.registration_opens
    closes = asked.registration_closes_on, asked.registration_closes
    return {
        "registration_opens_at": paris_instant(*opens, "/registration_opens"),
        "registration_closes_at": paris_instant(*closes, "/registration_closes"),
    }


def _moved(workshops: Iterable[Workshop], day: date) -> tuple[Workshop, ...]:
    """The same hours of another day."""

    def on_day(at: Any) -> Any:
        return at and paris_instant(day, at.astimezone(PARIS).time(), "/day")

    return tuple(replace(w, starts_at=on_day(w.starts_at), ends_at=on_day(w.ends_at)) for w in workshops)
