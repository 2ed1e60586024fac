"""Every state against every command: allowed or refused, never in between."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from contracts.lists import Attendance, ByWhom, CancelReason, RescheduleReason, Via
from contracts.refusal import Refused
from registration.domain import commission as rules
from registration.domain.attendance import record_attendance
from registration.domain.book import Change
from registration.domain.commission import Commission, CommissionState, Held, Taken
from registration.domain.offers import accept, decline, expire
from registration.domain.registration import cancel, change_workshops, lapse, prove
from registration.domain.review import approve, refuse
from registration.domain.roster import Choice, ChoiceState, State
from tests.unit.registration.bench import NOW, START, A, Bench, at, commission, workshop

TODAY = NOW.date()
MOVED: dict[str, Any] = {
    "starts_at": START + timedelta(days=1),
    "ends_at": START + timedelta(days=1, hours=3),
}
AFTER = START + timedelta(days=1)
HELD = Held(START.date(), 2, 1, 0, 0)

COMMISSION_COMMANDS: dict[str, Callable[[Commission], object]] = {
    "publish": lambda c: rules.publish(c, TODAY),
    "change": lambda c: rules.change(c, replace(c, title="Autre"), Taken(), TODAY),
    "reschedule": lambda c: rules.reschedule(c, replace(c, **MOVED), RescheduleReason.ROOM, NOW, TODAY),
    "cancel": lambda c: rules.cancel(c, CancelReason.OTHER, TODAY),
    "hold": lambda c: rules.hold(c, HELD, AFTER, AFTER.date()),
}
COMMISSION_ALLOWED = {
    CommissionState.PLANNED: {"publish", "change", "cancel"},
    CommissionState.PUBLISHED: {"change", "reschedule", "cancel", "hold"},
    CommissionState.HELD: set(),
    CommissionState.CANCELLED: set(),
}


@pytest.mark.parametrize("state", list(CommissionState))
@pytest.mark.parametrize("name", list(COMMISSION_COMMANDS))
def test_a_commission(state: CommissionState, name: str) -> None:
    before = commission(state=state)
    if name in COMMISSION_ALLOWED[state]:
        COMMISSION_COMMANDS[name](before)
    else:
        with pytest.raises(Refused) as refusal:
            COMMISSION_COMMANDS[name](before)
        assert refusal.value.status == 409


REGISTRATION_COMMANDS: dict[str, tuple[Callable[..., Change], tuple[Any, ...]]] = {
    "prove": (prove, ()),
    "lapse": (lapse, ()),
    "change": (change_workshops, ([A],)),
    "cancel": (cancel, (ByWhom.SELF,)),
    "accept": (accept, (None,)),
    "decline": (decline, (None,)),
    "expire": (expire, (None,)),
    "accept workshop": (accept, (A,)),
    "decline workshop": (decline, (A,)),
    "attend": (record_attendance, (Attendance.PRESENT, Via.SHEET, None)),
}
QUIET = {"lapse", "expire"}
"""Deadlines that come too late or too early do nothing."""
REGISTRATION_ALLOWED = {
    State.PENDING_PROOF: {"prove", "change", "cancel"},
    State.IN_REVIEW: {"change", "cancel"},
    State.WAITLISTED: {"change", "cancel", "attend"},
    State.OFFERED: {"change", "cancel", "accept", "decline", "attend"},
    State.CONFIRMED: {"change", "cancel", "accept workshop", "decline workshop", "attend"},
    State.DECLINED: set(),
    State.CANCELLED: {"cancel"},
    State.REFUSED: set(),
    State.LAPSED: set(),
}


def stood(state: State) -> Bench:
    """A roster whose only sign-up stands in that state, with whatever that state carries."""
    bench = Bench(commission(workshops=[workshop(A)]))
    found = bench.sign_up(A)
    entry = bench.roster.entry(found)
    until = NOW + timedelta(minutes=30)
    offered = Choice(A, 1, ChoiceState.OFFERED, 1, until)
    wished = Choice(A, 1, ChoiceState.WISHED, 1)
    entry = replace(
        entry,
        state=state,
        hold_until=until if state is State.PENDING_PROOF else None,
        offer_until=until if state is State.OFFERED else None,
        choices=(offered if state is State.CONFIRMED else wished,),
    )
    bench.roster = replace(bench.roster, entries={found: entry})
    return bench


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("name", list(REGISTRATION_COMMANDS))
def test_a_sign_up(state: State, name: str) -> None:
    bench = stood(state)
    (found,) = bench.roster.entries
    command, arguments = REGISTRATION_COMMANDS[name]
    moment = at(NOW, START.date()) if name == "attend" else at(NOW)
    if name in QUIET:
        assert command(bench.roster, found, *arguments, moment).facts == ()
    elif name in REGISTRATION_ALLOWED[state]:
        command(bench.roster, found, *arguments, moment)
    else:
        with pytest.raises(Refused) as refusal:
            command(bench.roster, found, *arguments, moment)
        assert refusal.value.status == 409


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("decision", [approve, refuse])
def test_a_decision_is_for_those_under_review(state: State, decision: Callable[..., Change]) -> None:
    bench = stood(state)
    (found,) = bench.roster.entries
    change = decision(bench.roster, [found], at(NOW))
    assert bool(change.facts) is (state is State.IN_REVIEW)
    if state is not State.IN_REVIEW:
        assert change.roster.entries == bench.roster.entries


@pytest.mark.parametrize("state", [CommissionState.HELD, CommissionState.CANCELLED])
@pytest.mark.parametrize("name", ["prove", "change", "cancel", "accept", "decline"])
def test_nothing_moves_once_the_commission_is_over(state: CommissionState, name: str) -> None:
    bench = stood(State.OFFERED)
    bench.of_state(state)
    (found,) = bench.roster.entries
    command, arguments = REGISTRATION_COMMANDS[name]
    with pytest.raises(Refused):
        command(bench.roster, found, *arguments, at(NOW))


def test_capacity_below_the_places_taken_is_refused_in_words() -> None:
    before = commission(capacity=5, workshops=[workshop(A, 4)])
    taken = Taken(3, {A: 2}, frozenset({A}))
    with pytest.raises(Refused, match="capacity_below_taken") as refusal:
        rules.change(before, replace(before, capacity=2), taken, TODAY)
    assert refusal.value.text.startswith("3 places sont déjà prises")
    with pytest.raises(Refused, match="workshop_in_use"):
        rules.change(before, replace(before, workshops=()), taken, TODAY)
    with pytest.raises(Refused, match="capacity_below_taken"):
        rules.change(before, replace(before, workshops=(workshop(A, 1),)), taken, TODAY)


def test_a_commission_that_cannot_be() -> None:
    wrong = replace(commission(), ends_at=START, registration_closes_at=START + timedelta(hours=1), parts=())
    with pytest.raises(Refused) as refusal:
        rules.check(wrong)
    assert refusal.value.status == 409
    assert {error.code for error in refusal.value.errors} == {
        "ends_before_start",
        "window_after_start",
        "no_part",
    }
