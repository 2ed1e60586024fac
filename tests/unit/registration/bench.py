"""A commission and people to try the rules on."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from uuid import UUID

from contracts.event import Fact
from contracts.lists import ByWhom, OrgKind, Part
from registration.domain.book import Change, Moment, Newcomer
from registration.domain.commission import Commission, CommissionState, Workshop
from registration.domain.registration import prove, sign_up
from registration.domain.roster import Roster
from registration.domain.rules import Rules, civil_day

NOW = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
START = datetime(2026, 12, 8, 8, 0, tzinfo=UTC)
RULES = Rules()
A, B, C = (UUID(int=n, version=4) for n in (0xA, 0xB, 0xC))


def ident(number: int) -> UUID:
    """A steady id."""
    return UUID(int=number << 64, version=4)


def commission(
    capacity: int | None = 2,
    workshops: Sequence[Workshop] = (),
    state: CommissionState = CommissionState.PUBLISHED,
) -> Commission:
    """A commission of 8 December, open since 1 November."""
    return Commission(
        commission_id=ident(1),
        territory="siao-59-lille",
        commission_type="lda_plenary",
        title="Commission Logement d’abord",
        parts=(Part.PLENARY,),
        day=date(2026, 12, 8),
        starts=time(9),
        ends=time(12, 30),
        starts_at=START,
        ends_at=START + timedelta(hours=3, minutes=30),
        registration_opens_at=datetime(2026, 11, 1, 7, 0, tzinfo=UTC),
        registration_closes_at=datetime(2026, 12, 4, 17, 0, tzinfo=UTC),
        contact_email="coordination@seuil.example",
        state=state,
        capacity=capacity,
        workshops=tuple(workshops),
    )


def workshop(ident_of: UUID, capacity: int | None = 1, slot: int = 1) -> Workshop:
    """A workshop of one place."""
    return Workshop(ident_of, f"Atelier {ident_of.int % 16}", slot, capacity)


def at(moment: datetime = NOW, on: date | None = None) -> Moment:
    """A moment, of its own day unless said."""
    return Moment(moment, on or civil_day(moment), RULES)


class Bench:
    """A roster that rules are applied to one after the other, with all that was said."""

    def __init__(self, of: Commission) -> None:
        self.roster = Roster(of)
        self.facts: list[Fact] = []
        self.now = NOW
        self._numbers = count(100)

    def apply(self, rule: Callable[..., Change], *arguments: object) -> list[Fact]:
        """Apply a rule now; what it said."""
        change = rule(self.roster, *arguments, at(self.now))
        self.roster = change.roster
        self.facts += change.facts
        return list(change.facts)

    def sign_up(self, *workshops: UUID, verified: bool = False, by: ByWhom = ByWhom.SELF) -> UUID:
        """Somebody new signs up; the sign-up's id."""
        number = next(self._numbers)
        newcomer = Newcomer(
            ident(number), ident(number + 10_000), OrgKind.ASSOCIATION, by, verified, tuple(workshops)
        )
        self.apply(sign_up, newcomer)
        return newcomer.registration_id

    def join(self, *workshops: UUID) -> UUID:
        """Signed up and proven."""
        found = self.sign_up(*workshops)
        self.apply(prove, found)
        return found

    def state(self, registration_id: UUID) -> str:
        """Where a sign-up stands."""
        return self.roster.entry(registration_id).state.value

    def choices(self, registration_id: UUID) -> dict[UUID, str]:
        """Workshops of a sign-up, with where each stands."""
        return {c.workshop_id: c.state.value for c in self.roster.entry(registration_id).choices}

    def of_state(self, state: CommissionState) -> None:
        """Put the commission in a state."""
        self.roster = replace(self.roster, commission=replace(self.roster.commission, state=state))


def names(facts: Sequence[Fact]) -> list[str]:
    """The short names of facts."""
    return [fact.TYPE.split(".")[2] for fact in facts]
