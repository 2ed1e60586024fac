"""A case said again folds to what its facts fold to, whatever came before and whatever comes after."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from cases.domain.case import Case, OrientationState
from cases.domain.folding import fold, folded
from cases.domain.lifecycle import OPEN
from cases.domain.restating import essence, restatement, restored
from cases.domain.seniority import explain, total
from contracts import cases as say
from contracts.lists import (
    AdmitCause,
    CancelGroup,
    CaseState,
    CloseResult,
    CommitteeOutcome,
    EndCause,
    MissingItem,
    PostponeCause,
    ReasonGroup,
    RefusedBy,
    SeniorityCause,
    SenioritySource,
    TransferCause,
)
from tests.unit.cases.test_lifecycle import CASE, COMMISSION, allocation, decided, ident, proposal, submitted

DAY = date(2026, 1, 5)
S = CaseState
Step = Callable[[Case, Any], say.CasesFact | None]


def _seniority(case: Case, draw: Any) -> say.CasesFact:
    return say.SenioritySet(
        case_id=CASE,
        seniority_from=DAY - timedelta(days=draw(st.integers(0, 2000))),
        source=draw(st.sampled_from([SenioritySource.SI_SIAO_PROOF, SenioritySource.SEUIL])),
        cause=draw(st.sampled_from([SeniorityCause.CORRECTED, SeniorityCause.RESET])),
        previous=case.seniority_from,
    )


def _open(case: Case, draw: Any, state: OrientationState | None = None) -> UUID | None:
    found = [o.orientation_id for o in case.open_orientations if state in (None, o.state)]
    return draw(st.sampled_from(found)) if found else None


def _accept(case: Case, draw: Any) -> say.CasesFact | None:
    one = _open(case, draw, OrientationState.PROPOSED)
    return say.OrientationAccepted(orientation_id=one, case_id=CASE, answered_on=DAY) if one else None


def _refuse(case: Case, draw: Any) -> say.CasesFact | None:
    one = _open(case, draw)
    if one is None:
        return None
    return say.OrientationRefused(
        orientation_id=one,
        case_id=CASE,
        by=draw(st.sampled_from([RefusedBy.PROVIDER, RefusedBy.HOUSEHOLD])),
        reason_group=ReasonGroup.NO_PLACE,
        after_acceptance=False,
        answered_on=DAY,
    )


def _end(case: Case, draw: Any) -> say.CasesFact | None:
    one = _open(case, draw)
    cause = draw(st.sampled_from([EndCause.WITHDRAWN, EndCause.SUPERSEDED, EndCause.FULFILLED]))
    return say.OrientationEnded(case_id=CASE, orientation_id=one, cause=cause) if one else None


def _committee(case: Case, draw: Any) -> say.CasesFact | None:
    one = _open(case, draw, OrientationState.PRE_ADMITTED)
    outcome = draw(st.sampled_from([CommitteeOutcome.A, CommitteeOutcome.D, CommitteeOutcome.E]))
    if one is None:
        return None
    return say.CommitteeDecided(case_id=CASE, orientation_id=one, committee_outcome=outcome, decided_on=DAY)


def _fixed(*facts: say.CasesFact) -> list[Step]:
    return [lambda case, draw, fact=fact: fact for fact in facts]  # type: ignore[misc]


_scheduled, _examined, _decided = decided(DAY)
_cancelled = say.CaseCancelled(case_id=CASE, reason_group=CancelGroup.ENDED, cancelled_on=DAY)
_completed = say.CaseCompleted(case_id=CASE, version=2)
STEPS: dict[CaseState, list[Step]] = {
    S.SUBMITTED: _fixed(
        say.CompletionRequested(case_id=CASE, missing=(MissingItem.NUR,), due_on=DAY),
        say.CaseAdmitted(case_id=CASE, cause=AdmitCause.COMPLETE),
        _cancelled,
    ),
    S.INCOMPLETE: _fixed(_completed, _cancelled),
    S.ADMISSIBLE: _fixed(_scheduled, _cancelled),
    S.SCHEDULED: _fixed(
        _examined,
        say.CasePostponed(case_id=CASE, commission_id=COMMISSION, cause=PostponeCause.NO_TIME),
    ),
    S.EXAMINED: _fixed(_decided),
    S.IN_FOLLOW_UP: [
        lambda case, draw: proposal(draw(st.uuids(version=4))),
        lambda case, draw: proposal(draw(st.uuids(version=4))),
        _accept,
        _refuse,
        _end,
        _committee,
        *_fixed(
            allocation(ident(99), None),
            say.CaseAdmitted(case_id=CASE, cause=AdmitCause.REEXAMINATION),
        ),
    ],
    S.PLACED: _fixed(
        say.AllocationCancelled(allocation_id=ident(99), case_id=CASE, cause="error", cancelled_on=DAY),
        say.HouseholdHoused(allocation_id=ident(99), case_id=CASE, entered_on=DAY),
    ),
    S.HOUSED: _fixed(say.CaseClosed(case_id=CASE, result=CloseResult.HOUSED, closed_on=DAY)),
    S.CLOSED: _fixed(say.CaseReactivated(case_id=CASE, seniority_kept=True, reactivated_on=DAY)),
    S.CANCELLED: _fixed(say.CaseReactivated(case_id=CASE, seniority_kept=True, reactivated_on=DAY)),
}
ANYWHERE: list[Step] = [
    _seniority,
    *_fixed(
        say.CaseTransferred(
            case_id=CASE,
            referrer_id=ident(200),
            organisation_id=ident(201),
            cause=TransferCause.ABSENCE,
        ),
        say.CaseSuspended(case_id=CASE, clocks_stopped=()),
        say.CaseResumed(case_id=CASE, resumed_on=DAY),
    ),
]


def _started() -> Case:
    first = say.SenioritySet(
        case_id=CASE,
        seniority_from=date(2024, 3, 4),
        source=SenioritySource.SI_SIAO_PROOF,
        cause=SeniorityCause.FIRST_TRANSMISSION,
    )
    return fold(first, submitted(), DAY)


def _walk(case: Case, data: st.DataObject, length: int) -> list[say.CasesFact]:
    """Facts that may follow one another, drawn from the state that each leaves."""
    facts: list[say.CasesFact] = []
    for _ in range(length):
        step = data.draw(st.sampled_from([*STEPS[case.state], *ANYWHERE]))
        fact = step(case, data.draw)
        if fact is not None:
            facts.append(fact)
            case = fold(fact, case, DAY + timedelta(days=len(facts)))
    return facts


@settings(max_examples=150, deadline=None)
@given(st.data(), st.integers(0, 14), st.integers(0, 8))
def test_folding_from_the_restatement_equals_folding_from_the_start(
    data: st.DataObject, before: int, after: int
) -> None:
    case = folded(_started(), _walk(_started(), data, before), DAY)
    if case.state not in OPEN:
        return
    again = restored(restatement(case, DAY))
    assert essence(again) == essence(case)
    assert essence(fold(restatement(case, DAY), case, DAY)) == essence(case)
    for fact in _walk(case, data, after):
        case, again = fold(fact, case, DAY), fold(fact, again, DAY)
        assert essence(again) == essence(case)


@settings(max_examples=150, deadline=None)
@given(st.data(), st.integers(0, 14), st.integers(0, 400))
def test_each_day_of_seniority_is_told_once(data: st.DataObject, length: int, later: int) -> None:
    case = _started()
    for place, fact in enumerate(_walk(case, data, length)):
        case = fold(fact, case, DAY + timedelta(days=place))
    today = DAY + timedelta(days=length + later)
    spans = explain(case, today)
    assert sum(span.days for span in spans if span.counted) == total(case, today)
    assert all(one.to_on == two.from_on for one, two in pairwise(spans))
    assert all(span.days > 0 for span in spans)
    if spans:
        assert spans[-1].to_on == today
        assert spans[0].from_on == min(line.seniority_from for line in case.seniority)
