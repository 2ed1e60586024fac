"""A roster being changed: seats counted, freed ones offered, what happens said in order."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from contracts import registration as say
from contracts.event import Fact
from contracts.lists import (
    ByWhom,
    DeclinedHow,
    FreedBy,
    OrgKind,
    SeatCause,
)
from contracts.refusal import Refused
from registration.domain.commission import Commission, CommissionState
from registration.domain.roster import OPEN, Choice, ChoiceState, Entry, Roster, State
from registration.domain.rules import Rules, civil_day


@dataclass(frozen=True)
class Moment:
    """When a command is accepted, and of which civil day it is: an earlier `on` is an entry in arrears."""

    now: datetime
    on: date
    rules: Rules = field(default_factory=Rules)

    @property
    def in_arrears(self) -> bool:
        """Nothing is held, offered or timed from an entry whose day has passed."""
        return self.on < civil_day(self.now)


@dataclass(frozen=True)
class Change:
    """The roster after a rule, and the facts to tell, in order."""

    roster: Roster
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True)
class Newcomer:
    """Who signs up. `verified`: the address is proven already, or vouched for."""

    registration_id: UUID
    person_id: UUID
    organisation_kind: OrgKind
    by: ByWhom
    verified: bool
    workshops: tuple[UUID, ...] = ()


class Book:
    """A roster being changed: its entries, and what has been said so far."""

    def __init__(self, roster: Roster, moment: Moment) -> None:
        self.commission = roster.commission
        self.moment = moment
        self.entries = dict(roster.entries)
        self.facts: list[Fact] = []

    @property
    def roster(self) -> Roster:
        return Roster(self.commission, self.entries)

    def change(self, freed_by: FreedBy | None = None) -> Change:
        if freed_by:
            self.fill(freed_by)
        return Change(self.roster, tuple(self.facts))

    def put(self, entry: Entry) -> Entry:
        self.entries[entry.registration_id] = entry
        return entry

    def free(self) -> bool:
        capacity = self.commission.capacity
        return capacity is None or self.roster.taken() < capacity

    def free_in(self, workshop_id: UUID) -> bool:
        capacity = self.commission.workshop(workshop_id).capacity
        return capacity is None or self.roster.taken_in(workshop_id) < capacity

    def said(self, entry: Entry) -> dict[str, Any]:
        return {
            "registration_id": entry.registration_id,
            "commission_id": self.commission.commission_id,
            "person_id": entry.person_id,
            "occurred_on": self.moment.on,
        }

    def fill(self, freed_by: FreedBy) -> None:
        """Offer what is free to the first who wait, the whole first, then each workshop."""
        if self.moment.in_arrears or self.commission.state is not CommissionState.PUBLISHED:
            return
        until = self.moment.rules.offer_until(self.moment.now, self.commission.starts_at)
        if until is None:
            return
        while self.free() and (waiting := self.roster.waiting()):
            offered = replace(waiting[0], state=State.OFFERED, offer_until=until, freed_by=freed_by)
            self.offer(self.put(offered), until, freed_by)
        for workshop in self.commission.workshops:
            found = workshop.workshop_id
            while self.free_in(found) and (queue := self.roster.waiting_for(found)):
                entry, choice = queue[0]
                chosen = replace(choice, state=ChoiceState.OFFERED, offer_until=until, freed_by=freed_by)
                self.offer(self.put(entry.with_choice(chosen)), until, freed_by, found)

    def offer(
        self, entry: Entry, until: datetime, freed_by: FreedBy, workshop_id: UUID | None = None
    ) -> None:
        self.facts.append(
            say.PlaceOffered(
                **self.said(entry),
                until=until,
                freed_by=freed_by,
                for_workshop=workshop_id,
                link_generation=entry.link_generation,
            )
        )

    def decline(self, entry: Entry, how: DeclinedHow, workshop_id: UUID | None = None) -> None:
        self.facts.append(say.PlaceDeclined(**self.said(entry), how=how, for_workshop=workshop_id))

    def confirm(self, entry: Entry, cause: SeatCause) -> Entry:
        """Seat somebody at the whole, then at the wished workshops with a place; wait for others."""
        entry = self.put(
            replace(
                entry, state=State.CONFIRMED, seated=True, hold_until=None, offer_until=None, freed_by=None
            )
        )
        for choice in entry.choices:
            if choice.state in (ChoiceState.WISHED, ChoiceState.WAITING):
                entry = self.put(entry.with_choice(self.seat_or_wait(choice, entry)))
        self.confirmed(entry, cause)
        for choice in entry.choices:
            if choice.state is ChoiceState.WAITING:
                self.waitlisted(entry, choice)
        return entry

    def seat_or_wait(self, choice: Choice, entry: Entry) -> Choice:
        queue = [e.registration_id for e, _ in self.roster.waiting_for(choice.workshop_id)]
        ahead = any(registration_id != entry.registration_id for registration_id in queue)
        seated = self.free_in(choice.workshop_id) and not ahead
        return replace(choice, state=ChoiceState.SEATED if seated else ChoiceState.WAITING)

    def confirmed(self, entry: Entry, cause: SeatCause) -> None:
        self.facts.append(
            say.RegistrationConfirmed(
                **self.said(entry),
                workshops=entry.seats,
                cause=cause,
                link_generation=entry.link_generation,
            )
        )

    def waitlisted(self, entry: Entry, choice: Choice | None = None) -> None:
        if choice is None:
            rank = [e.registration_id for e in self.roster.waiting()].index(entry.registration_id) + 1
        else:
            queue = [e.registration_id for e, _ in self.roster.waiting_for(choice.workshop_id)]
            rank = queue.index(entry.registration_id) + 1
        self.facts.append(
            say.RegistrationWaitlisted(
                **self.said(entry),
                rank=rank,
                for_workshop=choice.workshop_id if choice else None,
                link_generation=entry.link_generation,
            )
        )

    def settle_proven(self, entry: Entry) -> Entry:
        """Confirm whoever has a seat, or finds one free with nobody waiting; put the others on the list."""
        if entry.seated or (self.free() and not self.roster.waiting()):
            return self.confirm(entry, SeatCause.DIRECT)
        wishes = tuple(replace(c, state=ChoiceState.WISHED) for c in entry.choices)
        entry = self.put(replace(entry, state=State.WAITLISTED, hold_until=None, choices=wishes))
        self.waitlisted(entry)
        return entry


def in_progress(commission: Commission) -> None:
    if commission.state is CommissionState.CANCELLED:
        raise Refused("commission_cancelled", "Cette commission est annulée.")
    if commission.state is not CommissionState.PUBLISHED:
        raise Refused("commission_over", "Cette commission a déjà eu lieu.")


def still_open(entry: Entry) -> None:
    if entry.state not in OPEN:
        raise Refused("registration_over", "Cette inscription n’est plus en cours.")
