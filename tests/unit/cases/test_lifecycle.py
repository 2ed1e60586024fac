"""Every command in every state: taken where the table says, refused as `wrong_state` everywhere else."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from cases.domain import admission, allocating, deciding, following, panel, ruling
from cases.domain.allocating import Placing
from cases.domain.case import Case
from cases.domain.file import Agreement
from cases.domain.folding import folded, opened
from cases.domain.following import Assignment, Outcome, Proposal, Refusal
from cases.domain.lifecycle import ALLOWED, WHILE_SUSPENDED, expect
from cases.domain.rules import Moment
from cases.domain.ruling import Said
from cases.domain.sitting import Item, ItemOutcome, Sitting, SittingState
from contracts import cases as say
from contracts.lists import (
    AdmitCause,
    AllocationCancel,
    CancelGroup,
    CaseState,
    CloseResult,
    CommitteeOutcome,
    Composition,
    DecisionOutcome,
    DecisionPriority,
    Door,
    EndCause,
    Heard,
    InformedHow,
    LeaseKind,
    MissingItem,
    NeedGroup,
    OfferAnswer,
    OrientationOrigin,
    PostponeCause,
    Question,
    Quota,
    ReasonGroup,
    RefusedBy,
    ReportedBy,
    Ruling,
    Scheme,
    SeniorityCause,
    SenioritySource,
    SituationGroup,
    StepKind,
    TransferCause,
    YesNoUnknown,
)
from contracts.refusal import Refused

TODAY = date(2026, 11, 23)
AT = Moment(datetime(2026, 11, 23, 9, tzinfo=UTC), TODAY)
STATES = [state for state in CaseState if state is not CaseState.UNKNOWN]


def ident(number: int) -> UUID:
    return UUID(int=number, version=4)


CASE, OTHER, HOUSEHOLD, COMMISSION, BAILLEUR = (ident(number) for number in range(1, 6))
OPEN_ONE, ACCEPTED, REFUSED, GIVEN, GIVEN_UP, STEP, APPEAL = (ident(n) for n in range(16, 23))
EVENT, LATER = (UUID(f"01930f6e-0000-7000-8000-00000000000{n}") for n in (1, 2))


def submitted(case_id: UUID = CASE) -> Case:
    first = say.CaseSubmitted(
        case_id=case_id,
        household_id=HOUSEHOLD,
        case_ref="K7Q-4MX",
        territory="siao-59-lille",
        door=Door.REFERRER,
        submitted_on=date(2026, 1, 5),
        composition=Composition.SINGLE_PARENT,
        adults=1,
        minors=2,
        minors_under_3=1,
        situation_group=SituationGroup.HOTEL,
        need_group=NeedGroup.END_OF_STAY,
        priority=(),
        referrer_id=ident(40),
        organisation_id=ident(41),
        question=Question.WHICH_SCHEME,
        informed_on=date(2026, 1, 4),
        version=1,
    )
    return opened(first)


def decided(on: date = date(2026, 2, 10)) -> list[say.CasesFact]:
    return [
        say.CaseScheduled(case_id=CASE, commission_id=COMMISSION, item=1, minutes=15),
        say.CaseExamined(case_id=CASE, commission_id=COMMISSION, heard=Heard.WRITTEN, passage=1),
        say.CaseDecided(
            decision_id=ident(50),
            case_id=CASE,
            commission_id=COMMISSION,
            outcome=DecisionOutcome.ORIENT,
            schemes=(Scheme.CHRS,),
            measures=(),
            decision_priority=DecisionPriority.NORMAL,
            decided_on=on,
        ),
    ]


def proposal(orientation_id: UUID) -> say.OrientationProposed:
    return say.OrientationProposed(
        orientation_id=orientation_id,
        case_id=CASE,
        scheme=Scheme.CHRS,
        organisation_id=BAILLEUR,
        answer_due_at=datetime(2026, 3, 1, tzinfo=UTC),
        origin=OrientationOrigin.COMMISSION,
    )


def allocation(allocation_id: UUID, orientation_id: UUID | None) -> say.AllocationRecorded:
    return say.AllocationRecorded(
        allocation_id=allocation_id,
        case_id=CASE,
        household_id=HOUSEHOLD,
        orientation_id=orientation_id,
        scheme=Scheme.CHRS,
        organisation_id=BAILLEUR,
        quota=Quota.NONE,
        territory_cell="59350",
        situation_at_request=SituationGroup.HOTEL,
        composition=Composition.SINGLE_PARENT,
        persons=3,
        decided_on=date(2026, 6, 15),
        reported_by=ReportedBy.SIAO,
    )


ADMITTED = say.CaseAdmitted(case_id=CASE, cause=AdmitCause.COMPLETE)
PAST: list[say.CasesFact] = [
    say.SenioritySet(
        case_id=CASE,
        seniority_from=date(2024, 3, 4),
        source=SenioritySource.SI_SIAO_PROOF,
        cause=SeniorityCause.FIRST_TRANSMISSION,
    ),
    ADMITTED,
    *decided(),
    say.StepAssigned(
        step_id=STEP,
        case_id=CASE,
        kind=StepKind.VISIT,
        organisation_id=BAILLEUR,
        due_on=date(2026, 12, 1),
    ),
    proposal(REFUSED),
    say.OrientationRefused(
        orientation_id=REFUSED,
        case_id=CASE,
        by=RefusedBy.HOUSEHOLD,
        reason_group=ReasonGroup.CHOICE_LOCATION,
        after_acceptance=False,
        answered_on=date(2026, 2, 12),
    ),
    allocation(GIVEN_UP, None),
    say.AllocationCancelled(
        allocation_id=GIVEN_UP,
        case_id=CASE,
        cause=AllocationCancel.HOUSEHOLD_REFUSED,
        cancelled_on=date(2026, 3, 2),
    ),
    say.CaseCancelled(case_id=CASE, reason_group=CancelGroup.ENDED, cancelled_on=date(2026, 4, 1)),
    say.CaseReactivated(case_id=CASE, seniority_kept=True, reactivated_on=date(2026, 5, 1)),
    say.AppealLodged(appeal_id=APPEAL, case_id=CASE, against=EVENT, lodged_on=date(2026, 5, 2)),
]
FOLLOWED: list[say.CasesFact] = [
    ADMITTED,
    *decided(date(2026, 6, 10)),
    proposal(OPEN_ONE),
    proposal(ACCEPTED),
    say.OrientationAccepted(orientation_id=ACCEPTED, case_id=CASE, answered_on=date(2026, 6, 12)),
]
PLACED: list[say.CasesFact] = [
    *FOLLOWED,
    allocation(GIVEN, ACCEPTED),
    say.OrientationEnded(case_id=CASE, orientation_id=ACCEPTED, cause=EndCause.FULFILLED),
    say.OrientationEnded(case_id=CASE, orientation_id=OPEN_ONE, cause=EndCause.SUPERSEDED),
]
HOUSED: list[say.CasesFact] = [
    *PLACED,
    say.HouseholdHoused(allocation_id=GIVEN, case_id=CASE, entered_on=date(2026, 6, 20)),
]
CLOSED = say.CaseClosed(case_id=CASE, result=CloseResult.HOUSED, closed_on=date(2026, 11, 1))
TO_STATE: Mapping[CaseState, list[say.CasesFact]] = {
    CaseState.SUBMITTED: [],
    CaseState.INCOMPLETE: [
        say.CompletionRequested(case_id=CASE, missing=(MissingItem.NUR,), due_on=date(2026, 12, 1))
    ],
    CaseState.REJECTED: [
        say.CaseRejected(case_id=CASE, reason_group=ReasonGroup.OUT_OF_SCOPE, appeal_until=date(2026, 12, 1))
    ],
    CaseState.ADMISSIBLE: [ADMITTED],
    CaseState.SCHEDULED: [ADMITTED, *decided()[:1]],
    CaseState.EXAMINED: [ADMITTED, *decided()[:2]],
    CaseState.IN_FOLLOW_UP: FOLLOWED,
    CaseState.PLACED: PLACED,
    CaseState.HOUSED: HOUSED,
    CaseState.CLOSED: [*HOUSED, CLOSED],
    CaseState.CANCELLED: [
        say.CaseCancelled(case_id=CASE, reason_group=CancelGroup.ENDED, cancelled_on=date(2026, 11, 1))
    ],
}
"""Facts that lead to each state, after a past that left something of everything."""


def case_in(state: CaseState) -> Case:
    case = folded(folded(submitted(), PAST, date(2026, 2, 10)), TO_STATE[state], date(2026, 6, 10))
    assert case.state is state
    return case


def sitting(outcome: ItemOutcome | None = None, state: SittingState = SittingState.OPENED) -> Sitting:
    start = AT.now + timedelta(hours=1)
    return Sitting(
        commission_id=COMMISSION,
        territory="siao-59-lille",
        commission_type="lda_panel",
        state=state,
        starts_at=start,
        ends_at=start + timedelta(hours=3),
        quorum_needed=0,
        quorum=True,
        items=() if outcome is None else (Item(case_id=CASE, item=1, minutes=15, outcome=outcome),),
    )


AGREED = Agreement(panel=True, landlord=True, given_on=date(2026, 1, 4))
OPINION = deciding.Opinion(DecisionOutcome.ORIENT, (Scheme.CHRS,), step=deciding.NextStep(BAILLEUR, TODAY))
IDS = deciding.Ids(ident(60), ident(61))
NOTED = Said(LATER, "case_decided", date(2026, 11, 20), "person:1", None, None)
COMMANDS: Mapping[str, Callable[[Case], object]] = {
    "ask_completion": lambda c: admission.ask_completion(c, [MissingItem.NUR], TODAY, AT),
    "complete": lambda c: admission.complete(c),
    "reject": lambda c: admission.reject(c, "I1", "", AT),
    "lodge_appeal": lambda c: ruling.lodge_appeal(c, ident(70), NOTED, TODAY, AT),
    "decide_appeal": lambda c: ruling.decide_appeal(c, APPEAL, True, TODAY, AT, by="a", author="b"),
    "admit": lambda c: admission.admit(c, AGREED, AT),
    "schedule": lambda c: panel.schedule(
        sitting(state=SittingState.ANNOUNCED), c, panel.Scheduling(override="Urgence"), AGREED, AT
    ),
    "postpone": lambda c: panel.postpone(sitting(ItemOutcome.SCHEDULED), c, PostponeCause.NO_TIME),
    "examine": lambda c: panel.examine(sitting(ItemOutcome.SCHEDULED), c, Heard.WRITTEN, AT),
    "adjourn": lambda c: deciding.adjourn(
        sitting(ItemOutcome.EXAMINED), c, [MissingItem.NUR], TODAY + timedelta(days=30), AT
    ),
    "decide": lambda c: deciding.decide(sitting(ItemOutcome.EXAMINED), c, OPINION, IDS, AT),
    "correct_decision": lambda c: deciding.correct(c, EVENT, OPINION, IDS, AT),
    "inform_referrer": lambda c: expect(c, "inform_referrer"),
    "inform_household": lambda c: following.inform_household(c, EVENT, TODAY, InformedHow.PHONE, TODAY, AT),
    "propose": lambda c: following.propose(c, Proposal(ident(71), Scheme.HOTEL, BAILLEUR), AT),
    "answer_orientation": lambda c: (
        following.accept(c, OPEN_ONE, TODAY, AT),
        following.refuse(c, OPEN_ONE, Refusal(RefusedBy.PROVIDER, "P1", TODAY), AT),
    ),
    "end_orientation": lambda c: (
        following.withdraw(c, OPEN_ONE),
        following.close_overdue(c, OPEN_ONE, AT),
    ),
    "record_committee": lambda c: following.record_committee(
        c, ACCEPTED, Outcome(CommitteeOutcome.A, TODAY), AT
    ),
    "record_allocation": lambda c: allocating.record_allocation(c, Placing(ident(72), TODAY, ACCEPTED), AT),
    "correct_allocation": lambda c: allocating.correct_allocation(
        c, Placing(GIVEN, date(2026, 6, 12)), EVENT, AT
    ),
    "answer_offer": lambda c: allocating.answer_offer(c, GIVEN, OfferAnswer.ACCEPTED, TODAY, AT),
    "sign_lease": lambda c: allocating.sign_lease(c, GIVEN, LeaseKind.LEASE, TODAY, AT),
    "enter": lambda c: allocating.enter(c, GIVEN, TODAY, AT),
    "cancel_allocation": lambda c: allocating.cancel_allocation(c, GIVEN, AllocationCancel.ERROR, TODAY, AT),
    "check_tenancy": lambda c: allocating.check_tenancy(c, GIVEN, 6, YesNoUnknown.YES, TODAY, AT),
    "rule_refusal": lambda c: ruling.rule_refusal(
        c, ident(73), REFUSED, Ruling.ADMISSIBLE, AT, by="a", proposed_by={"b"}
    ),
    "assign_step": lambda c: following.assign_step(
        c, Assignment(ident(74), StepKind.VISIT, BAILLEUR, TODAY), AT
    ),
    "close_step": lambda c: following.close_step(c, STEP, True, TODAY, AT),
    "readmit": lambda c: following.readmit(
        c.model_copy(update={"orientations": ()}), AdmitCause.REEXAMINATION, None, AT
    ),
    "suspend": lambda c: admission.suspend(c, None, [], AT),
    "resume": lambda c: admission.resume(c.model_copy(update={"suspended": True}), AT),
    "transfer": lambda c: admission.transfer(c, ident(80), ident(81), TransferCause.ABSENCE, None, AT),
    "link": lambda c: admission.link(c, submitted(OTHER), True),
    "correct_seniority": lambda c: admission.correct_seniority(c, TODAY, SenioritySource.SI_SIAO_PROOF, AT),
    "transmit_again": lambda c: ruling.transmit_again(ruled(c), (), TODAY, SenioritySource.SI_SIAO_PROOF, AT),
    "edit_file": lambda c: expect(c, "edit_file"),
    "cancel": lambda c: admission.cancel(c.model_copy(update={"allocations": ()}), "A6", "", AT),
    "reactivate": lambda c: admission.reactivate(c, True, AT),
    "close": lambda c: admission.close(
        c.model_copy(update={"orientations": ()}), CloseResult.OTHER_SOLUTION, AT
    ),
    "reopen": lambda c: admission.reopen(c, AT),
}


def ruled(case: Case) -> Case:
    """The same with an inadmissible refusal in force."""
    fact = say.RefusalRuled(
        ruling_id=ident(90),
        case_id=CASE,
        orientation_id=REFUSED,
        ruling=Ruling.INADMISSIBLE,
        appeal_until=date(2026, 9, 1),
        effective_on=date(2026, 9, 2),
    )
    return folded(case, [fact], date(2026, 7, 1))


def test_every_command_of_the_table_is_tried() -> None:
    assert set(COMMANDS) == set(ALLOWED)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("command", sorted(ALLOWED))
def test_each_command_in_each_state(command: str, state: CaseState) -> None:
    case = case_in(state)
    if state in ALLOWED[command]:
        COMMANDS[command](case)
    else:
        with pytest.raises(Refused, match="wrong_state"):
            COMMANDS[command](case)


@pytest.mark.parametrize("command", sorted(ALLOWED))
def test_what_goes_on_while_a_case_is_suspended(command: str) -> None:
    for state in sorted(ALLOWED[command] & set(STATES)):
        case = case_in(state).model_copy(update={"suspended": True})
        if command in WHILE_SUSPENDED:
            COMMANDS[command](case)
        else:
            with pytest.raises(Refused, match="suspended"):
                COMMANDS[command](case)
