"""A commission: what is announced, and how it is changed, moved, called off or said to have been held."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from contracts import directory
from contracts import registration as say
from contracts.event import Fact
from contracts.lists import CancelReason, CommissionField, Part, RescheduleReason
from contracts.refusal import FieldError, Refused
from registration.domain.rules import ZONE, civil_day

PUBLIC_PARTS = (Part.PLENARY, Part.WORKSHOPS)
"""What anybody may sign up for. A panel is for those named to it."""
CASE_DEADLINE_DAYS = {"lda_plenary": 10, "lda_panel": 10, "ctt": 10, "dalo_followup": 10}
"""How many days before a panel its cases are due, by type of commission."""


class CommissionState(StrEnum):
    """Open or closed for sign-up is read from the window, it is no state."""

    PLANNED = "planned"
    PUBLISHED = "published"
    HELD = "held"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Workshop:
    """A workshop; those of one slot exclude one another. `capacity` None: as many as come."""

    workshop_id: UUID
    title: str
    slot: int = 1
    capacity: int | None = None
    room: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True)
class Talk:
    """A line of the programme: nothing travels from it."""

    title: str
    speaker: str | None = None
    starts: time | None = None
    minutes: int | None = None


@dataclass(frozen=True)
class Held:
    """How it went, in people. `present` counts walk-ins too; `registered` does not."""

    held_on: date
    registered: int
    present: int
    represented: int
    walk_ins: int


@dataclass(frozen=True)
class Commission:
    """A commission as it stands. Civil day and hours (Paris) and the instants they are."""

    commission_id: UUID
    territory: str
    commission_type: str
    title: str
    parts: tuple[Part, ...]
    day: date
    starts: time
    ends: time
    starts_at: datetime
    ends_at: datetime
    registration_opens_at: datetime
    registration_closes_at: datetime
    contact_email: str
    version: int = 1
    state: CommissionState = CommissionState.PLANNED
    moderated: bool = False
    case_deadline_on: date | None = None
    capacity: int | None = None
    minutes_for_cases: int | None = None
    place: str | None = None
    address: str | None = None
    video_url: str | None = None
    workshops: tuple[Workshop, ...] = ()
    talks: tuple[Talk, ...] = ()
    cancel_reason: CancelReason | None = None
    held: Held | None = None

    def workshop(self, workshop_id: UUID) -> Workshop:
        """The workshop of that id; Refused when it belongs to another commission or to none."""
        for each in self.workshops:
            if each.workshop_id == workshop_id:
                return each
        text = "Cet atelier ne fait pas partie de cette commission."
        raise Refused("unknown_workshop", text, 409, [FieldError("/workshops", "unknown_workshop", text)])

    @property
    def public(self) -> bool:
        """Whether anybody may read it and sign up: a panel alone is not announced to all."""
        return any(part in self.parts for part in PUBLIC_PARTS)

    def with_deadline(self) -> "Commission":
        """The same; when it examines cases and says no last day for them, with that of its type."""
        if self.case_deadline_on is not None or Part.PANEL not in self.parts:
            return self
        days = CASE_DEADLINE_DAYS.get(self.commission_type, 10)
        return replace(self, case_deadline_on=self.day - timedelta(days=days))

    def accepts(self, now: datetime) -> bool:
        """Whether anybody may sign up now."""
        return (
            self.public
            and self.state is CommissionState.PUBLISHED
            and self.registration_opens_at <= now < self.registration_closes_at
        )


@dataclass(frozen=True)
class Taken:
    """Seats in use: of the whole, and by workshop. `named` are the workshops that anybody chose."""

    whole: int = 0
    workshops: Mapping[UUID, int] | None = None
    named: frozenset[UUID] = frozenset()


def check(commission: Commission) -> None:
    """Refuse a commission that cannot be: hours, window, parts, workshops."""
    errors = [
        FieldError(pointer, code, text) for wrong, pointer, code, text in _mistakes(commission) if wrong
    ]
    if errors:
        raise Refused(errors[0].code, errors[0].detail, 409, errors)


def _mistakes(of: Commission) -> list[tuple[bool, str, str, str]]:
    titles = Counter(w.workshop_id for w in of.workshops)
    return [
        (of.ends_at <= of.starts_at, "/ends", "ends_before_start", "La fin doit venir après le début."),
        (
            of.registration_closes_at <= of.registration_opens_at,
            "/registration_closes_on",
            "window_reversed",
            "Les inscriptions doivent fermer après leur ouverture.",
        ),
        (
            of.registration_closes_at > of.starts_at,
            "/registration_closes_on",
            "window_after_start",
            "Les inscriptions doivent fermer avant le début de la commission.",
        ),
        (
            of.case_deadline_on is not None and of.case_deadline_on > of.day,
            "/case_deadline_on",
            "deadline_after_day",
            "La date limite de dépôt des dossiers doit précéder la commission.",
        ),
        (not of.parts, "/parts", "no_part", "Choisissez au moins un moment : plénière, ateliers ou examen."),
        (
            any(count > 1 for count in titles.values()),
            "/workshops",
            "workshop_twice",
            "Un même atelier figure deux fois.",
        ),
    ]


def facts_of_publication(commission: Commission, on: date) -> list[Fact]:
    """What is said when it is announced."""
    return [
        say.CommissionScheduled(
            commission_id=commission.commission_id,
            territory=commission.territory,
            commission_type=commission.commission_type,
            parts=commission.parts,
            starts_at=commission.starts_at,
            ends_at=commission.ends_at,
            registration_opens_at=commission.registration_opens_at,
            registration_closes_at=commission.registration_closes_at,
            case_deadline_on=commission.case_deadline_on,
            capacity=commission.capacity,
            minutes_for_cases=commission.minutes_for_cases,
            workshops=_workshops(commission),
            occurred_on=on,
        ),
        described(commission),
    ]


def described(commission: Commission) -> directory.CommissionDescribed:
    """The wording, as the directory tells it."""
    return directory.CommissionDescribed(
        commission_id=commission.commission_id,
        version=commission.version,
        title=commission.title,
        place=commission.place,
        address=commission.address,
        video_url=commission.video_url,
        contact_email=commission.contact_email,
        zone=ZONE,
        workshops=tuple(
            directory.DescribedWorkshop(
                workshop_id=w.workshop_id,
                title=w.title,
                room=w.room,
                starts_at=w.starts_at,
                ends_at=w.ends_at,
            )
            for w in commission.workshops
        ),
    )


def _workshops(commission: Commission) -> tuple[say.Workshop, ...]:
    return tuple(
        say.Workshop(workshop_id=w.workshop_id, slot=w.slot, capacity=w.capacity)
        for w in commission.workshops
    )


def publish(commission: Commission, on: date) -> tuple[Commission, list[Fact]]:
    """Announce a planned commission."""
    _expect(commission, CommissionState.PLANNED)
    check(commission)
    announced = replace(commission, state=CommissionState.PUBLISHED, version=commission.version + 1)
    return announced, facts_of_publication(announced, on)


def change(
    commission: Commission, wanted: Commission, taken: Taken, on: date
) -> tuple[Commission, list[Fact]]:
    """Replace everything but date and state. Refused when seats in use would disappear."""
    _expect(commission, CommissionState.PLANNED, CommissionState.PUBLISHED)
    check(wanted)
    _keeps_seats(commission, wanted, taken)
    fields = changed_fields(commission, wanted)
    after = replace(wanted, version=commission.version + 1, state=commission.state)
    if commission.state is CommissionState.PLANNED:
        return after, []
    facts: list[Fact] = []
    if fields:
        facts.append(_changed(after, fields, on))
    if described(commission).model_copy(update={"version": after.version}) != described(after):
        facts.append(described(after))
    return after, facts


def changed_fields(before: Commission, after: Commission) -> frozenset[CommissionField]:
    """The fields that differ, by the names facts give them."""
    names: dict[CommissionField, tuple[str, ...]] = {
        CommissionField.CAPACITY: ("capacity",),
        CommissionField.PARTS: ("parts",),
        CommissionField.WINDOW: ("registration_opens_at", "registration_closes_at"),
        CommissionField.CASE_DEADLINE: ("case_deadline_on",),
        CommissionField.WORKSHOPS: ("workshops",),
        CommissionField.PLACE: ("place", "address"),
        CommissionField.VIDEO: ("video_url",),
        CommissionField.TITLE: ("title",),
    }
    return frozenset(
        field
        for field, attributes in names.items()
        if any(getattr(before, name) != getattr(after, name) for name in attributes)
    )


def _changed(after: Commission, fields: frozenset[CommissionField], on: date) -> say.CommissionChanged:
    values: dict[str, Any] = {}
    if CommissionField.CAPACITY in fields:
        values["capacity"] = after.capacity
    if CommissionField.PARTS in fields:
        values["parts"] = after.parts
    if CommissionField.WINDOW in fields:
        values["registration_opens_at"] = after.registration_opens_at
        values["registration_closes_at"] = after.registration_closes_at
    if CommissionField.CASE_DEADLINE in fields:
        values["case_deadline_on"] = after.case_deadline_on
    if CommissionField.WORKSHOPS in fields:
        values["workshops"] = _workshops(after)
    return say.CommissionChanged(
        commission_id=after.commission_id, changed=tuple(fields), occurred_on=on, **values
    )


def _keeps_seats(before: Commission, after: Commission, taken: Taken) -> None:
    if after.capacity is not None and after.capacity < taken.whole:
        text = f"{taken.whole} places sont déjà prises : la capacité ne peut pas descendre au-dessous."
        raise Refused(
            "capacity_below_taken", text, 409, [FieldError("/capacity", "capacity_below_taken", text)]
        )
    wanted = {w.workshop_id: w for w in after.workshops}
    seats = taken.workshops or {}
    for old in before.workshops:
        new = wanted.get(old.workshop_id)
        if old.workshop_id in taken.named and (new is None or new.slot != old.slot):
            text = f"L’atelier « {old.title} » a des inscrits : il ne peut être ni retiré ni déplacé."
            raise Refused("workshop_in_use", text, 409, [FieldError("/workshops", "workshop_in_use", text)])
        used = seats.get(old.workshop_id, 0)
        if new is not None and new.capacity is not None and new.capacity < used:
            text = f"L’atelier « {old.title} » a déjà {used} places prises : il en faut au moins autant."
            raise Refused(
                "capacity_below_taken", text, 409, [FieldError("/workshops", "capacity_below_taken", text)]
            )


def reschedule(
    commission: Commission, wanted: Commission, reason: RescheduleReason, now: datetime, on: date
) -> tuple[Commission, list[Fact]]:
    """Move a published commission: day, hours and, with them, window and deadline."""
    _expect(commission, CommissionState.PUBLISHED)
    check(wanted)
    if on >= civil_day(now) and wanted.starts_at <= now:
        text = "La nouvelle date est déjà passée."
        raise Refused("date_passed", text, 409, [FieldError("/day", "date_passed", text)])
    if (wanted.starts_at, wanted.ends_at) == (commission.starts_at, commission.ends_at):
        text = "La date et les heures sont les mêmes qu’avant."
        raise Refused("same_date", text, 409, [FieldError("/day", "same_date", text)])
    after = replace(wanted, version=commission.version + 1)
    facts: list[Fact] = [
        say.CommissionRescheduled(
            commission_id=after.commission_id,
            old_starts_at=commission.starts_at,
            old_ends_at=commission.ends_at,
            starts_at=after.starts_at,
            ends_at=after.ends_at,
            registration_opens_at=after.registration_opens_at,
            registration_closes_at=after.registration_closes_at,
            case_deadline_on=after.case_deadline_on,
            reason=reason,
            occurred_on=on,
        )
    ]
    if after.workshops != commission.workshops:
        facts.append(described(after))
    return after, facts


def cancel(commission: Commission, reason: CancelReason, on: date) -> tuple[Commission, list[Fact]]:
    """Call off. A planned one disappears in silence, a published one says so."""
    _expect(commission, CommissionState.PLANNED, CommissionState.PUBLISHED)
    after = replace(
        commission, state=CommissionState.CANCELLED, cancel_reason=reason, version=commission.version + 1
    )
    if commission.state is CommissionState.PLANNED:
        return after, []
    return after, [say.CommissionCancelled(commission_id=after.commission_id, reason=reason, occurred_on=on)]


def hold(commission: Commission, held: Held, now: datetime, on: date) -> tuple[Commission, list[Fact]]:
    """Say that it took place, at the earliest at its end."""
    _expect(commission, CommissionState.PUBLISHED)
    if now < commission.ends_at:
        raise Refused(
            "not_over", "La commission n’est pas terminée : elle ne peut pas encore être dite tenue."
        )
    after = replace(commission, state=CommissionState.HELD, held=held, version=commission.version + 1)
    return after, [
        say.CommissionHeld(
            commission_id=after.commission_id,
            held_on=held.held_on,
            registered=held.registered,
            present=held.present,
            represented=held.represented,
            walk_ins=held.walk_ins,
            occurred_on=on,
        )
    ]


def _expect(commission: Commission, *states: CommissionState) -> None:
    if commission.state in states:
        return
    words = {
        CommissionState.PLANNED: ("not_published", "Cette commission n’est pas encore publiée."),
        CommissionState.PUBLISHED: ("already_published", "Cette commission est déjà publiée."),
        CommissionState.HELD: ("already_held", "Cette commission a eu lieu : elle ne change plus."),
        CommissionState.CANCELLED: ("commission_cancelled", "Cette commission est annulée."),
    }
    raise Refused(*words[commission.state])
