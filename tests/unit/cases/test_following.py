"""Dates in the wrong order, reasons out of place, delays that pass: each refused beside its answer."""

from datetime import UTC, date, datetime, timedelta

import pytest

from cases.domain import allocating, following, ruling
from cases.domain.allocating import Placing
from cases.domain.folding import folded
from cases.domain.following import Assignment, Outcome, Proposal, Refusal
from cases.domain.rights import As, Guard, Viewer, sight
from cases.domain.rules import Moment, Rules
from cases.domain.ruling import Said
from contracts import cases as say
from contracts.lists import (
    AdmitCause,
    CaseState,
    CommitteeOutcome,
    LeaseKind,
    OfferAnswer,
    RefusedBy,
    Ruling,
    Scheme,
    SeniorityCause,
    SenioritySource,
    StepKind,
    StepResult,
)
from contracts.refusal import Refused
from tests.unit.cases.test_lifecycle import (
    ACCEPTED,
    AT,
    BAILLEUR,
    CASE,
    EVENT,
    GIVEN,
    OPEN_ONE,
    REFUSED,
    STEP,
    TODAY,
    case_in,
    ident,
    ruled,
)

BEFORE = date(2026, 6, 1)
TOMORROW = TODAY + timedelta(days=1)


@pytest.mark.parametrize(("day", "code"), [(BEFORE, "dates_out_of_order"), (TOMORROW, "date_to_come")])
def test_no_answer_before_its_question_nor_after_today(day: date, code: str) -> None:
    case = case_in(CaseState.IN_FOLLOW_UP)
    with pytest.raises(Refused, match=code):
        following.accept(case, OPEN_ONE, day, AT)
    with pytest.raises(Refused, match=code):
        following.refuse(case, ACCEPTED, Refusal(RefusedBy.PROVIDER, "P1", day), AT)
    with pytest.raises(Refused, match=code):
        following.record_committee(case, ACCEPTED, Outcome(CommitteeOutcome.A, day), AT)
    placed = case_in(CaseState.PLACED)
    with pytest.raises(Refused, match=code):
        allocating.answer_offer(placed, GIVEN, OfferAnswer.ACCEPTED, day, AT)
    with pytest.raises(Refused, match=code):
        allocating.sign_lease(placed, GIVEN, LeaseKind.LEASE, day, AT)
    with pytest.raises(Refused, match=code):
        allocating.enter(placed, GIVEN, day, AT)


def test_an_allocation_before_its_decision_is_refused_at_its_date() -> None:
    case = case_in(CaseState.IN_FOLLOW_UP)
    with pytest.raises(Refused, match="before_decision") as found:
        allocating.record_allocation(case, Placing(ident(300), BEFORE, ACCEPTED), AT)
    assert found.value.errors[0].pointer == "/decided_on"


def test_an_entry_never_precedes_its_lease() -> None:
    case = case_in(CaseState.PLACED)
    signed = allocating.sign_lease(case, GIVEN, LeaseKind.LEASE, date(2026, 7, 10), AT)
    leased = folded(case, signed, date(2026, 7, 10))
    with pytest.raises(Refused, match="dates_out_of_order") as found:
        allocating.enter(leased, GIVEN, date(2026, 7, 9), AT)
    assert found.value.errors[0].pointer == "/entered_on"


def test_i7_never_applies_to_a_shelter_and_reasons_stay_in_their_family() -> None:
    """U51."""
    case = case_in(CaseState.IN_FOLLOW_UP)
    for by, reason, note, code in (
        (RefusedBy.PROVIDER, "I7", "Article 1", "unconditional_shelter"),
        (RefusedBy.PROVIDER, "I7", "", "reason_note"),
        (RefusedBy.PROVIDER, "P11", "", "reason_note"),
        (RefusedBy.PROVIDER, "M1", "", "unknown_reason"),
        (RefusedBy.HOUSEHOLD, "P1", "", "unknown_reason"),
        (RefusedBy.UNKNOWN, "P1", "", "refused_by"),
    ):
        with pytest.raises(Refused, match=code):
            following.refuse(case, OPEN_ONE, Refusal(by, reason, TODAY, note), AT)
    legal = following.refusal_reason(
        Refusal(RefusedBy.PROVIDER, "I7", TODAY, "CCH R441-1"), Scheme.SOCIAL_HOUSING
    )
    assert legal.group == "out_of_scope"


def test_seventy_two_working_hours_and_no_refusal_by_itself() -> None:
    case = case_in(CaseState.IN_FOLLOW_UP)
    friday = Moment(datetime(2026, 11, 20, 9, 30, tzinfo=UTC), date(2026, 11, 20))
    (fact,) = following.propose(case, Proposal(ident(301), Scheme.HOTEL, BAILLEUR), friday)
    assert isinstance(fact, say.OrientationProposed)
    assert fact.answer_due_at == datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
    after = folded(case, [fact], friday.today)
    late = Moment(datetime(2026, 12, 20, tzinfo=UTC), date(2026, 12, 20))
    made = after.orientation(ident(301))
    assert made is not None
    assert following.overdue(made, late)
    assert made.open
    with pytest.raises(Refused, match="not_overdue"):
        following.close_overdue(after, ident(301), friday)


def test_a_protected_file_says_neither_scheme_provider_nor_place() -> None:
    case = case_in(CaseState.IN_FOLLOW_UP)
    (fact,) = following.propose(case, Proposal(ident(302), Scheme.CHRS, BAILLEUR, hidden=True), AT)
    assert isinstance(fact, say.OrientationProposed)
    assert fact.scheme is Scheme.WITHHELD
    assert fact.organisation_id == following.WITHHELD_ORGANISATION
    hidden = Placing(ident(303), TODAY, ACCEPTED, territory_cell="59350", hidden=True)
    given = allocating.record_allocation(case, hidden, AT)[0]
    assert isinstance(given, say.AllocationRecorded)
    assert (given.scheme, given.territory_cell) == (Scheme.WITHHELD, "withheld")
    assert given.organisation_id == following.WITHHELD_ORGANISATION


def test_the_household_has_ten_days_and_the_next_working_day() -> None:
    """U52: an offer of 23 December 2026 runs to Monday 4 January: the second and third are a weekend."""
    allocation = (
        case_in(CaseState.PLACED).allocations[-1].model_copy(update={"recorded_on": date(2026, 12, 23)})
    )
    assert allocating.offer_due_on(allocation, Rules(offer_days=3)) == date(2027, 1, 4)
    late = Moment(datetime(2027, 1, 5, tzinfo=UTC), date(2027, 1, 5))
    assert allocating.offer_silent(allocation, late)
    assert not allocating.offer_silent(allocation, Moment(datetime(2027, 1, 4, tzinfo=UTC), date(2027, 1, 4)))


def test_committee_outcomes_are_whole() -> None:
    case = case_in(CaseState.IN_FOLLOW_UP)
    for asked, code in (
        (Outcome(CommitteeOutcome.B, TODAY), "rank"),
        (Outcome(CommitteeOutcome.A, TODAY, rank=1), "rank"),
        (Outcome(CommitteeOutcome.C, TODAY), "condition_due_on"),
        (Outcome(CommitteeOutcome.C, TODAY, condition_due_on=BEFORE), "dates_out_of_order"),
        (Outcome(CommitteeOutcome.UNKNOWN, TODAY), "committee_outcome"),
    ):
        with pytest.raises(Refused, match=code):
            following.record_committee(case, ACCEPTED, asked, AT)
    with pytest.raises(Refused, match="not_accepted"):
        following.record_committee(case, OPEN_ONE, Outcome(CommitteeOutcome.A, TODAY), AT)
    conditional = following.record_committee(
        case, ACCEPTED, Outcome(CommitteeOutcome.C, TODAY, condition_due_on=TODAY), AT
    )
    after = folded(case, conditional, TODAY)
    with pytest.raises(Refused, match="condition_not_met"):
        allocating.record_allocation(after, Placing(ident(304), TODAY, ACCEPTED), AT)
    assert allocating.record_allocation(after, Placing(ident(304), TODAY, ACCEPTED, condition_met=True), AT)


def test_saying_a_committee_refusal_twice_folds_to_the_same_state() -> None:
    case = case_in(CaseState.IN_FOLLOW_UP)
    decided, refused = following.record_committee(case, ACCEPTED, Outcome(CommitteeOutcome.E, TODAY), AT)
    assert folded(case, [decided], TODAY) == folded(case, [decided, refused], TODAY)


def test_a_social_home_takes_a_committee_an_answer_and_a_lease() -> None:
    case = case_in(CaseState.IN_FOLLOW_UP)
    social = tuple(each.model_copy(update={"scheme": Scheme.SOCIAL_HOUSING}) for each in case.orientations)
    case = case.model_copy(update={"orientations": social})
    with pytest.raises(Refused, match="no_committee"):
        allocating.record_allocation(case, Placing(ident(305), TODAY, ACCEPTED), AT)
    case = folded(
        case, following.record_committee(case, ACCEPTED, Outcome(CommitteeOutcome.A, TODAY), AT), TODAY
    )
    case = folded(case, allocating.record_allocation(case, Placing(ident(305), TODAY, ACCEPTED), AT), TODAY)
    with pytest.raises(Refused, match="offer_not_accepted"):
        allocating.sign_lease(case, ident(305), LeaseKind.LEASE, TODAY, AT)
    with pytest.raises(Refused, match="no_lease"):
        allocating.enter(case, ident(305), TODAY, AT)


def test_a_step_closed_after_its_date_is_late() -> None:
    case = case_in(CaseState.IN_FOLLOW_UP)
    later = Moment(datetime(2026, 12, 20, tzinfo=UTC), date(2026, 12, 20))
    (fact,) = following.close_step(case, STEP, True, date(2026, 12, 10), later)
    assert isinstance(fact, say.StepClosed)
    assert fact.result is StepResult.DONE_LATE
    (dropped,) = following.close_step(case, STEP, False, date(2026, 12, 10), later)
    assert isinstance(dropped, say.StepClosed)
    assert dropped.result is StepResult.DROPPED
    with pytest.raises(Refused, match="date_past"):
        following.assign_step(case, Assignment(ident(306), StepKind.VISIT, BAILLEUR, BEFORE), AT)


def test_refusals_propose_another_examination_and_a_person_decides_it() -> None:
    case = case_in(CaseState.IN_FOLLOW_UP)
    refused = case
    for each in (OPEN_ONE, ACCEPTED):
        facts = following.refuse(refused, each, Refusal(RefusedBy.PROVIDER, "P1", TODAY), AT)
        refused = folded(refused, facts, TODAY)
    assert refused.state is CaseState.IN_FOLLOW_UP
    on = Moment(AT.now, TODAY, Rules(readmit_after_refusals=2))
    assert not following.readmission_proposed(refused, AT)
    assert following.readmission_proposed(refused, on)
    assert not following.readmission_proposed(case, on)
    with pytest.raises(Refused, match="orientations_open"):
        following.readmit(case, AdmitCause.PROVIDER_REFUSALS, None, AT)
    back = folded(refused, following.readmit(refused, AdmitCause.PROVIDER_REFUSALS, None, AT), TODAY)
    assert (back.state, back.seniority) == (CaseState.ADMISSIBLE, refused.seniority)


def test_a_ruling_is_never_of_who_proposed() -> None:
    case = case_in(CaseState.IN_FOLLOW_UP)
    with pytest.raises(Refused, match="own_proposal"):
        ruling.rule_refusal(case, ident(307), REFUSED, Ruling.ADMISSIBLE, AT, by="a", proposed_by={"a"})
    with pytest.raises(Refused, match="no_refusal"):
        ruling.rule_refusal(case, ident(307), OPEN_ONE, Ruling.ADMISSIBLE, AT, by="a", proposed_by={"b"})
    with pytest.raises(Refused, match="already_ruled"):
        ruling.rule_refusal(
            ruled(case), ident(307), REFUSED, Ruling.ADMISSIBLE, AT, by="a", proposed_by={"b"}
        )


def test_only_an_inadmissible_refusal_in_force_and_transmitted_again_resets_seniority() -> None:
    case = ruled(case_in(CaseState.IN_FOLLOW_UP))
    early = Moment(datetime(2026, 9, 1, tzinfo=UTC), date(2026, 9, 1))
    sent = case.model_copy(update={"transmitted_on": date(2026, 10, 1)})
    assert ruling.reset_seniority(sent, (), early) == []
    assert ruling.reset_seniority(case.model_copy(update={"transmitted_on": None}), (), AT) == []
    assert ruling.reset_seniority(sent, {ident(90)}, AT) == []
    (fact,) = ruling.reset_seniority(sent, (), AT)
    assert isinstance(fact, say.SenioritySet)
    assert (fact.cause, fact.seniority_from, fact.ruling_id) == (
        SeniorityCause.RESET,
        date(2026, 10, 1),
        ident(90),
    )
    assert ruling.reset_seniority(folded(sent, [fact], TODAY), (), AT) == []


def test_no_new_transmission_without_a_ruling_in_force() -> None:
    with pytest.raises(Refused, match="no_ruling_in_force"):
        ruling.transmit_again(case_in(CaseState.IN_FOLLOW_UP), (), TODAY, SenioritySource.SI_SIAO_PROOF, AT)


def test_an_appeal_is_lodged_in_time_against_a_decision_and_answered_by_another() -> None:
    case = case_in(CaseState.IN_FOLLOW_UP).model_copy(update={"appeals": ()})
    said = Said(EVENT, "refusal_ruled", date(2026, 6, 1), "person:a", ident(90), date(2026, 8, 1))
    with pytest.raises(Refused, match="too_late"):
        ruling.lodge_appeal(case, ident(308), said, date(2026, 8, 2), AT)
    with pytest.raises(Refused, match="not_appealable"):
        ruling.lodge_appeal(case, ident(308), None, TODAY, AT)
    lodged = folded(case, ruling.lodge_appeal(case, ident(308), said, date(2026, 8, 1), AT), TODAY)
    with pytest.raises(Refused, match="appeal_pending"):
        ruling.lodge_appeal(lodged, ident(309), said, date(2026, 8, 1), AT)
    with pytest.raises(Refused, match="own_ruling"):
        ruling.decide_appeal(lodged, ident(308), True, TODAY, AT, by="person:a", author=said.actor)
    assert lodged.case_id == CASE


def test_who_houses_a_household_sees_its_case_until_it_has_entered_and_thirty_days_more() -> None:
    """U7."""
    landlord = Viewer(ident(400), "siao-59-lille", BAILLEUR)
    placed = case_in(CaseState.PLACED)
    long_after = date(2027, 6, 1)
    assert As.PROVIDER in sight(landlord, placed, Guard(), long_after).capacities
    housed = case_in(CaseState.HOUSED)
    entered = date(2026, 6, 20)
    assert sight(landlord, housed, Guard(), entered + timedelta(days=30))
    assert not sight(landlord, housed, Guard(), entered + timedelta(days=31))
