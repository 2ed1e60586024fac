"""Whatever people do in whatever order, places are never given twice and offers go by rank."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, MultipleResults, RuleBasedStateMachine, invariant, multiple, rule

from contracts.lists import ByWhom
from contracts.refusal import Refused
from contracts.registration import PlaceOffered
from registration.domain.book import Change
from registration.domain.offers import accept, decline, expire, refit
from registration.domain.registration import cancel, change_workshops, lapse, prove
from tests.unit.registration.bench import A, B, Bench, C, at, commission, workshop

WORKSHOPS = (workshop(A, 1, 1), workshop(B, 2, 1), workshop(C, 1, 2))
CHOICES = st.sampled_from([(), (A,), (B,), (C,), (A, C), (B, C)])


class People(RuleBasedStateMachine):
    """Any mix of commands; those that are refused change nothing."""

    registrations: Bundle[UUID] = Bundle("registrations")

    def __init__(self) -> None:
        super().__init__()
        self.bench = Bench(commission(capacity=2, workshops=WORKSHOPS))

    def attempt(self, command: Callable[..., Change], *arguments: object) -> None:
        before = self.bench.roster
        said = len(self.bench.facts)
        try:
            self.bench.apply(command, *arguments)
        except Refused:
            assert self.bench.roster is before
            return
        self.check_order(self.bench.facts[said:])

    def check_order(self, facts: Sequence[object]) -> None:
        offered = [f.registration_id for f in facts if isinstance(f, PlaceOffered) and not f.for_workshop]
        positions = [self.bench.roster.entry(found).position for found in offered]
        assert positions == sorted(positions)
        waiting = [entry.position for entry in self.bench.roster.waiting()]
        assert not positions or not waiting or positions[-1] < waiting[0]

    @rule(target=registrations, choice=CHOICES, verified=st.booleans())
    def sign_up(self, choice: tuple[UUID, ...], verified: bool) -> UUID | MultipleResults[UUID]:
        if not self.bench.roster.commission.accepts(self.bench.now):
            return multiple()
        return self.bench.sign_up(*choice, verified=verified)

    @rule(found=registrations)
    def prove(self, found: UUID) -> None:
        self.attempt(prove, found)

    @rule(found=registrations)
    def cancel(self, found: UUID) -> None:
        self.attempt(cancel, found, ByWhom.SELF)

    @rule(found=registrations, choice=CHOICES)
    def change(self, found: UUID, choice: tuple[UUID, ...]) -> None:
        self.attempt(change_workshops, found, choice)

    @rule(found=registrations, of=st.sampled_from([None, A, B, C]), yes=st.booleans())
    def answer(self, found: UUID, of: UUID | None, yes: bool) -> None:
        self.attempt(accept if yes else decline, found, of)

    @rule(hours=st.integers(1, 30))
    def wait(self, hours: int) -> None:
        self.bench.now += timedelta(hours=hours)
        for entry in list(self.bench.roster.entries.values()):
            self.attempt(lapse, entry.registration_id)
            for of in (None, *(choice.workshop_id for choice in entry.choices)):
                self.attempt(expire, entry.registration_id, of)

    @rule(more=st.integers(0, 3))
    def add_places(self, more: int) -> None:
        changed = commission(capacity=2 + more, workshops=WORKSHOPS)
        if changed.capacity is not None and changed.capacity >= self.bench.roster.taken():
            made = refit(self.bench.roster, changed, at(self.bench.now))
            self.bench.roster = made.roster

    @invariant()
    def places_are_given_once(self) -> None:
        roster = self.bench.roster
        assert roster.commission.capacity is not None
        assert roster.taken() <= roster.commission.capacity
        for each in WORKSHOPS:
            assert each.capacity is not None
            assert roster.taken_in(each.workshop_id) <= each.capacity

    @invariant()
    def no_place_is_free_while_somebody_waits(self) -> None:
        roster = self.bench.roster
        if at(self.bench.now).rules.offer_until(self.bench.now, roster.commission.starts_at) is None:
            return
        assert roster.commission.capacity is not None
        assert not roster.waiting() or roster.taken() == roster.commission.capacity
        for each in WORKSHOPS:
            free = roster.taken_in(each.workshop_id) < (each.capacity or 0)
            assert not (free and roster.waiting_for(each.workshop_id))

    @invariant()
    def nobody_has_two_workshops_at_once(self) -> None:
        for entry in self.bench.roster.entries.values():
            slots = [c.slot for c in entry.choices if c.state == "seated"]
            assert len(slots) == len(set(slots))


TestPeople = People.TestCase
TestPeople.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
