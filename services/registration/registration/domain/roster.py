"""Who has signed up for a commission, seat by seat: the state that every rule on sign-ups reads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid5

from contracts.lists import Attendance, ByWhom, FreedBy, OrgKind
from contracts.refusal import Refused
from registration.domain.commission import Commission, Taken


class State(StrEnum):
    """Where a sign-up stands, for the whole commission."""

    PENDING_PROOF = "pending_proof"
    IN_REVIEW = "in_review"
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


OPEN = frozenset({State.PENDING_PROOF, State.IN_REVIEW, State.WAITLISTED, State.OFFERED, State.CONFIRMED})


class ChoiceState(StrEnum):
    """Where a choice of workshop stands. WISHED: nothing is taken until the person is seated at the whole."""

    SEATED = "seated"
    WAITING = "waiting"
    OFFERED = "offered"
    WISHED = "wished"


@dataclass(frozen=True)
class Choice:
    """A workshop that somebody chose. `position` is the rank of its asking, in the commission's own count."""

    workshop_id: UUID
    slot: int
    state: ChoiceState
    position: int
    offer_until: datetime | None = None
    freed_by: FreedBy | None = None


@dataclass(frozen=True)
class Entry:
    """One sign-up. `seated` matters only before proof: whether a seat is held meanwhile."""

    registration_id: UUID
    person_id: UUID
    state: State
    position: int
    by: ByWhom
    organisation_kind: OrgKind
    verified: bool = False
    seated: bool = False
    choices: tuple[Choice, ...] = ()
    link_generation: int = 1
    hold_until: datetime | None = None
    offer_until: datetime | None = None
    freed_by: FreedBy | None = None
    cancelled_by: ByWhom | None = None
    late: bool = False
    walk_in: bool = False
    attendance: Attendance | None = None

    @property
    def takes_seat(self) -> bool:
        """Whether it uses one of the places; whoever comes unannounced uses none."""
        if self.state is State.PENDING_PROOF:
            return self.seated
        return self.state in (State.CONFIRMED, State.OFFERED) and not self.walk_in

    def takes_workshop(self, choice: Choice) -> bool:
        """Whether a choice of this sign-up uses one of its workshop's places."""
        held = choice.state in (ChoiceState.SEATED, ChoiceState.OFFERED)
        return held and self.state in (State.PENDING_PROOF, State.CONFIRMED) and not self.walk_in

    def choice(self, workshop_id: UUID) -> Choice | None:
        """The choice of that workshop, if any."""
        return next((c for c in self.choices if c.workshop_id == workshop_id), None)

    def with_choice(self, choice: Choice) -> "Entry":
        """The same with this choice in place of the one of that workshop."""
        kept = tuple(c for c in self.choices if c.workshop_id != choice.workshop_id)
        return replace(self, choices=(*kept, choice))

    def without(self, workshop_ids: Iterable[UUID]) -> "Entry":
        """The same without the choices of these workshops."""
        gone = set(workshop_ids)
        return replace(self, choices=tuple(c for c in self.choices if c.workshop_id not in gone))

    @property
    def seats(self) -> tuple[UUID, ...]:
        """Workshops where a place is had."""
        return tuple(sorted(c.workshop_id for c in self.choices if c.state is ChoiceState.SEATED))


@dataclass(frozen=True)
class Roster:
    """A commission and all its sign-ups, closed ones included."""

    commission: Commission
    entries: Mapping[UUID, Entry] = field(default_factory=dict)

    def entry(self, registration_id: UUID) -> Entry:
        """The sign-up of that id. Raises Refused 404."""
        found = self.entries.get(registration_id)
        if found is None:
            raise Refused("unknown_registration", "Cette inscription n’existe pas.", 404)
        return found

    def open_of(self, person_id: UUID) -> Entry | None:
        """The sign-up of a person that still counts, if any."""
        return next((e for e in self.entries.values() if e.person_id == person_id and e.state in OPEN), None)

    @property
    def next_position(self) -> int:
        """One more than any position given, so that order never repeats."""
        given = [e.position for e in self.entries.values()]
        given += [c.position for e in self.entries.values() for c in e.choices]
        return max(given, default=0) + 1

    def taken(self) -> int:
        """Places of the whole in use."""
        return sum(e.takes_seat for e in self.entries.values())

    def taken_in(self, workshop_id: UUID) -> int:
        """Places of a workshop in use."""
        return sum(
            e.takes_workshop(c)
            for e in self.entries.values()
            for c in e.choices
            if c.workshop_id == workshop_id
        )

    def use(self) -> Taken:
        """All places in use, for the rules on capacity."""
        named = frozenset(c.workshop_id for e in self.entries.values() if e.state in OPEN for c in e.choices)
        return Taken(self.taken(), {w: self.taken_in(w) for w in named}, named)

    def waiting(self) -> list[Entry]:
        """Who waits for a place, in order."""
        return sorted(
            (e for e in self.entries.values() if e.state is State.WAITLISTED), key=lambda e: e.position
        )

    def waiting_for(self, workshop_id: UUID) -> list[tuple[Entry, Choice]]:
        """Who, seated at the whole, waits for a workshop, in order; unproven people are passed over."""
        found = [
            (e, c)
            for e in self.entries.values()
            if e.state is State.CONFIRMED and not e.walk_in
            for c in e.choices
            if c.workshop_id == workshop_id and c.state is ChoiceState.WAITING
        ]
        return sorted(found, key=lambda pair: pair[1].position)


def due_id(registration_id: UUID, what: str) -> UUID:
    """The id of a deadline: `hold`, `offer`, or `offer:<workshop>`; one of each per sign-up at most."""
    return uuid5(registration_id, what)
