"""Seats, waiting lists and offers, rule by rule."""

from datetime import UTC, date, datetime, timedelta

import pytest

from contracts.lists import ByWhom, FreedBy
from contracts.refusal import Refused
from contracts.registration import PlaceOffered, RegistrationConfirmed, RegistrationWaitlisted
from registration.domain.offers import accept, decline, expire, refit
from registration.domain.registration import cancel, change_workshops, lapse, prove
from registration.domain.roster import State
from tests.unit.registration.bench import NOW, START, A, B, Bench, at, commission, names, workshop


def test_a_seat_is_held_for_thirty_minutes_then_lapses_to_the_next() -> None:
    bench = Bench(commission(capacity=1))
    held, waits = bench.sign_up(), bench.join()
    assert bench.roster.entry(held).hold_until == NOW + timedelta(minutes=30)
    assert bench.state(waits) == "waitlisted"
    assert bench.apply(lapse, held) == []
    bench.now += timedelta(minutes=30)
    assert names(bench.apply(lapse, held)) == ["registration_lapsed", "place_offered"]
    assert (bench.state(held), bench.state(waits)) == ("lapsed", "offered")


def test_rank_is_that_of_the_sign_up_not_of_the_proof() -> None:
    bench = Bench(commission(capacity=1))
    bench.join()
    first, second = bench.sign_up(), bench.sign_up()
    bench.apply(prove, second)
    bench.apply(prove, first)
    assert [entry.registration_id for entry in bench.roster.waiting()] == [first, second]
    ranks = [f.rank for f in bench.facts if isinstance(f, RegistrationWaitlisted)]
    assert ranks == [1, 1]


def test_unproven_people_are_passed_over() -> None:
    bench = Bench(commission(capacity=1))
    seated, unproven, proven = bench.join(), bench.sign_up(), bench.join()
    bench.apply(cancel, seated, ByWhom.SELF)
    assert bench.state(unproven) == "pending_proof"
    assert bench.state(proven) == "offered"


def test_a_proof_takes_the_seat_that_nobody_waits_for() -> None:
    bench = Bench(commission(capacity=1))
    seated, late = bench.join(), bench.sign_up()
    bench.apply(cancel, seated, ByWhom.SELF)
    bench.apply(prove, late)
    assert bench.state(late) == "confirmed"


def test_a_freed_place_goes_to_the_first_whatever_the_workshops() -> None:
    bench = Bench(commission(capacity=1, workshops=[workshop(A), workshop(B)]))
    seated = bench.join(A)
    first, second = bench.join(B), bench.join(A)
    bench.apply(cancel, seated, ByWhom.SELF)
    assert (bench.state(first), bench.state(second)) == ("offered", "waitlisted")


def test_promoted_accepted_cancelled_the_place_goes_on_at_once() -> None:
    bench = Bench(commission(capacity=1))
    seated, second, third = bench.join(), bench.join(), bench.join()
    bench.apply(cancel, seated, ByWhom.SELF)
    assert names(bench.apply(accept, second, None)) == ["registration_confirmed"]
    assert names(bench.apply(cancel, second, ByWhom.SELF)) == ["registration_cancelled", "place_offered"]
    assert bench.state(third) == "offered"


def test_an_offer_declined_or_expired_goes_to_the_next_and_out_of_the_list() -> None:
    bench = Bench(commission(capacity=1))
    seated, second, third, fourth = bench.join(), bench.join(), bench.join(), bench.join()
    bench.apply(cancel, seated, ByWhom.SELF)
    bench.apply(decline, second, None)
    assert (bench.state(second), bench.state(third)) == ("declined", "offered")
    assert bench.apply(expire, third, None) == []
    bench.now = NOW + timedelta(hours=24)
    with pytest.raises(Refused, match="offer_over"):
        bench.apply(accept, third, None)
    bench.apply(expire, third, None)
    assert (bench.state(third), bench.state(fourth)) == ("declined", "offered")
    freed = [fact.freed_by for fact in bench.facts if isinstance(fact, PlaceOffered)]
    assert freed == [FreedBy.CANCELLATION, FreedBy.CANCELLATION, FreedBy.EXPIRY]


def test_accepting_the_whole_seats_at_the_wished_workshops_that_have_a_place() -> None:
    bench = Bench(commission(capacity=2, workshops=[workshop(A, 1, 1), workshop(B, 1, 2)]))
    seated, _, waits = bench.join(B), bench.join(A), bench.join(A, B)
    bench.apply(cancel, seated, ByWhom.SELF)
    assert set(bench.choices(waits).values()) == {"wished"}
    facts = bench.apply(accept, waits, None)
    assert names(facts) == ["registration_confirmed", "registration_waitlisted"]
    assert bench.choices(waits) == {A: "waiting", B: "seated"}


def test_a_workshop_offer_accepted_releases_the_one_of_its_slot() -> None:
    bench = Bench(commission(capacity=5, workshops=[workshop(A), workshop(B)]))
    in_a, in_b, wants_b = bench.join(A), bench.join(B), bench.join(B)
    mover = in_a
    bench.apply(change_workshops, mover, [B])
    assert bench.choices(mover) == {A: "seated", B: "waiting"}
    bench.apply(cancel, in_b, ByWhom.SELF)
    assert bench.choices(wants_b) == {B: "offered"}
    bench.apply(decline, wants_b, B)
    assert bench.choices(mover) == {A: "seated", B: "offered"}
    facts = bench.apply(accept, mover, B)
    assert bench.choices(mover) == {B: "seated"}
    confirmed = facts[0]
    assert isinstance(confirmed, RegistrationConfirmed)
    assert confirmed.workshops == (B,)


def test_two_workshops_of_one_slot_are_refused() -> None:
    bench = Bench(commission(workshops=[workshop(A), workshop(B)]))
    with pytest.raises(Refused, match="workshop_clash"):
        bench.sign_up(A, B)
    found = bench.join(A)
    with pytest.raises(Refused, match="workshop_clash"):
        bench.apply(change_workshops, found, [A, B])


def test_more_places_are_offered_in_order() -> None:
    bench = Bench(commission(capacity=1))
    bench.join()
    waiting = [bench.join() for _ in range(3)]
    change = refit(bench.roster, commission(capacity=3), at())
    assert [f.registration_id for f in change.facts if isinstance(f, PlaceOffered)] == waiting[:2]
    assert {f.freed_by for f in change.facts if isinstance(f, PlaceOffered)} == {FreedBy.CAPACITY_RAISED}


def test_nothing_is_offered_from_an_entry_in_arrears() -> None:
    bench = Bench(commission(capacity=1))
    seated, waits = bench.join(), bench.join()
    change = cancel(bench.roster, seated, ByWhom.COORDINATOR, at(NOW, date(2026, 11, 2)))
    assert names(change.facts) == ["registration_cancelled"]
    assert change.roster.entry(waits).state is State.WAITLISTED


def test_cancelling_after_the_window_is_late() -> None:
    bench = Bench(commission())
    early, late = bench.join(), bench.join()
    bench.apply(cancel, early, ByWhom.SELF)
    bench.now = datetime(2026, 12, 5, 9, 0, tzinfo=UTC)
    bench.apply(cancel, late, ByWhom.SELF)
    assert [bench.roster.entry(each).late for each in (early, late)] == [False, True]
    assert bench.apply(cancel, late, ByWhom.SELF) == []


def test_no_offer_is_made_within_two_hours_of_the_start() -> None:
    bench = Bench(commission(capacity=1))
    seated, waits = bench.join(), bench.join()
    bench.now = START - timedelta(hours=1)
    bench.apply(cancel, seated, ByWhom.SELF)
    assert bench.state(waits) == "waitlisted"
