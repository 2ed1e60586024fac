"""A case is what its facts say: folding them, one after the other, gives its state.

`fold` is the only place where a case changes. A restatement folded alone gives what the facts before it gave.
"""

from collections.abc import Callable, Iterable
from datetime import date
from functools import singledispatch
from typing import Any, TypeVar
from uuid import UUID

from cases.domain.case import (
    Allocation,
    AllocationState,
    Appeal,
    Case,
    Check,
    Decision,
    Orientation,
    OrientationState,
    RulingMade,
    SeniorityLine,
    Shape,
    Step,
)
from contracts import cases as say
from contracts.lists import (
    AdmitCause,
    CaseState,
    CommitteeOutcome,
    DecisionOutcome,
    EndCause,
    InformedHow,
    ReasonGroup,
    RefusedBy,
)

Part = TypeVar("Part", bound=Shape)
FOLLOWED = frozenset(
    {
        DecisionOutcome.ORIENT,
        DecisionOutcome.ORIENT_WITH_SUPPORT,
        DecisionOutcome.REQUEST_LABEL,
        DecisionOutcome.CALL_PARTNER,
        DecisionOutcome.SUPPORT_ONLY,
    }
)
"""Opinions after which the case is followed; the others send it back or end it."""


def opened(fact: say.CaseSubmitted) -> Case:
    """The case that a first transmission makes."""
    return Case(
        state=CaseState.SUBMITTED,
        file_version=fact.version,
        **{name: getattr(fact, name) for name in say.CaseSubmitted.model_fields if name != "version"},
    )


def folded(case: Case, facts: Iterable[say.CasesFact], on: date) -> Case:
    """The case after these facts, recorded on that civil day."""
    for fact in facts:
        case = fold(fact, case, on)
    return case


@singledispatch
def fold(fact: say.CasesFact, case: Case, on: date) -> Case:
    """The case after one fact. A fact that is about a sitting leaves it as it is."""
    return case


def _with(case: Case, **changes: Any) -> Case:
    return case.model_copy(update=changes)


def _changed(parts: tuple[Part, ...], wanted: Callable[[Part], bool], **changes: Any) -> tuple[Part, ...]:
    return tuple(part.model_copy(update=changes) if wanted(part) else part for part in parts)


def _orientation(case: Case, orientation_id: UUID, **changes: Any) -> Case:
    parts = _changed(case.orientations, lambda each: each.orientation_id == orientation_id, **changes)
    return _with(case, orientations=parts)


def _allocation(case: Case, allocation_id: UUID, **changes: Any) -> Case:
    parts = _changed(case.allocations, lambda each: each.allocation_id == allocation_id, **changes)
    return _with(case, allocations=parts)


@fold.register
def _(fact: say.SenioritySet, case: Case, on: date) -> Case:
    line = SeniorityLine(
        seniority_from=fact.seniority_from,
        source=fact.source,
        cause=fact.cause,
        previous=fact.previous,
        ruling_id=fact.ruling_id,
        set_on=on,
    )
    return _with(case, seniority=(*case.seniority, line))


@fold.register
def _(fact: say.CompletionRequested, case: Case, on: date) -> Case:
    return _with(case, state=CaseState.INCOMPLETE, missing=fact.missing, completion_due_on=fact.due_on)


@fold.register
def _(fact: say.CaseCompleted, case: Case, on: date) -> Case:
    state = CaseState.SUBMITTED if case.state is CaseState.INCOMPLETE else case.state
    return _with(
        case,
        state=state,
        file_version=fact.version,
        missing=(),
        completion_due_on=None,
        transmitted_on=on,
    )


@fold.register
def _(fact: say.CaseRejected, case: Case, on: date) -> Case:
    return _with(
        case,
        state=CaseState.REJECTED,
        rejected_for=fact.reason_group,
        appeal_until=fact.appeal_until,
        missing=(),
        completion_due_on=None,
    )


@fold.register
def _(fact: say.CaseAdmitted, case: Case, on: date) -> Case:
    again = {"transmitted_on": on} if fact.cause is not AdmitCause.COMPLETE else {}
    return _with(case, state=CaseState.ADMISSIBLE, not_before_on=fact.not_before_on, **again)


@fold.register
def _(fact: say.CaseScheduled, case: Case, on: date) -> Case:
    return _with(
        case,
        state=CaseState.SCHEDULED,
        commission_id=fact.commission_id,
        item=fact.item,
        minutes=fact.minutes,
        presenter_id=fact.presenter_id,
    )


@fold.register
def _(fact: say.CasePostponed, case: Case, on: date) -> Case:
    return _with(
        case, state=CaseState.ADMISSIBLE, commission_id=None, item=None, minutes=None, presenter_id=None
    )


@fold.register
def _(fact: say.CaseExamined, case: Case, on: date) -> Case:
    return _with(case, state=CaseState.EXAMINED, passages=fact.passage)


@fold.register
def _(fact: say.CaseAdjourned, case: Case, on: date) -> Case:
    return _with(
        case,
        state=CaseState.ADMISSIBLE,
        missing=fact.missing,
        not_before_on=fact.not_before_on,
        commission_id=None,
        item=None,
        minutes=None,
        presenter_id=None,
    )


@fold.register
def _(fact: say.CaseDecided, case: Case, on: date) -> Case:
    made = Decision(
        decision_id=fact.decision_id,
        commission_id=fact.commission_id,
        outcome=fact.outcome,
        schemes=fact.schemes,
        measures=fact.measures,
        priority=fact.decision_priority,
        reexamine_on=fact.reexamine_on,
        decided_on=fact.decided_on,
    )
    earlier = case.decisions
    if fact.corrects is not None:
        last = case.decision
        earlier = _changed(earlier, lambda each: last is not None and each == last, corrected=True)
    after = _with(case, decisions=(*earlier, made))
    if fact.corrects is not None and case.state is CaseState.PLACED:
        return after
    return _with(after, **_after_decision(fact))


def _after_decision(fact: say.CaseDecided) -> dict[str, Any]:
    """Where an opinion leads; out of scope and withdrawn are followed by `case_closed`."""
    if fact.outcome in FOLLOWED:
        return {"state": CaseState.IN_FOLLOW_UP, "not_before_on": None, "ended_on": None}
    if fact.outcome is DecisionOutcome.REEXAMINE_ON:
        return {
            "state": CaseState.ADMISSIBLE,
            "ended_on": None,
            "not_before_on": fact.reexamine_on,
            "commission_id": None,
            "item": None,
            "minutes": None,
            "presenter_id": None,
        }
    return {}


@fold.register
def _(fact: say.StepAssigned, case: Case, on: date) -> Case:
    step = Step(
        step_id=fact.step_id,
        kind=fact.kind,
        owner_id=fact.owner_id,
        organisation_id=fact.organisation_id,
        due_on=fact.due_on,
    )
    return _with(case, steps=(*case.steps, step))


@fold.register
def _(fact: say.StepClosed, case: Case, on: date) -> Case:
    steps = _changed(
        case.steps, lambda each: each.step_id == fact.step_id, result=fact.result, closed_on=fact.closed_on
    )
    return _with(case, steps=steps)


@fold.register
def _(fact: say.ReferrerInformed, case: Case, on: date) -> Case:
    return _with(case, referrer_informed=(*case.referrer_informed, fact.about))


@fold.register
def _(fact: say.HouseholdInformed, case: Case, on: date) -> Case:
    if fact.how is InformedHow.COULD_NOT_REACH:
        return case
    return _with(case, household_informed=(*case.household_informed, fact.about))


@fold.register
def _(fact: say.OrientationProposed, case: Case, on: date) -> Case:
    made = Orientation(
        orientation_id=fact.orientation_id,
        scheme=fact.scheme,
        organisation_id=fact.organisation_id,
        origin=fact.origin,
        proposed_on=on,
        answer_due_at=fact.answer_due_at,
    )
    return _with(case, orientations=(*case.orientations, made))


@fold.register
def _(fact: say.OrientationAccepted, case: Case, on: date) -> Case:
    return _orientation(
        case, fact.orientation_id, state=OrientationState.PRE_ADMITTED, answered_on=fact.answered_on
    )


@fold.register
def _(fact: say.OrientationRefused, case: Case, on: date) -> Case:
    known = case.orientation(fact.orientation_id)
    accepted_on = known.answered_on if known is not None else None
    return _orientation(
        case,
        fact.orientation_id,
        state=OrientationState.REFUSED,
        refused_by=fact.by,
        reason_group=fact.reason_group,
        after_acceptance=fact.after_acceptance,
        answered_on=accepted_on or fact.answered_on,
        ended_on=fact.answered_on,
    )


@fold.register
def _(fact: say.OrientationEnded, case: Case, on: date) -> Case:
    fulfilled = fact.cause is EndCause.FULFILLED
    return _orientation(
        case,
        fact.orientation_id,
        state=OrientationState.FULFILLED if fulfilled else OrientationState.ENDED,
        end_cause=fact.cause,
        ended_on=on,
    )


@fold.register
def _(fact: say.CommitteeDecided, case: Case, on: date) -> Case:
    changes: dict[str, Any] = {
        "committee_outcome": fact.committee_outcome,
        "rank": fact.rank,
        "condition_due_on": fact.condition_due_on,
        "committee_on": fact.decided_on,
    }
    if fact.committee_outcome in (CommitteeOutcome.D, CommitteeOutcome.E):
        changes |= {
            "state": OrientationState.REFUSED,
            "refused_by": RefusedBy.PROVIDER,
            "reason_group": ReasonGroup.COMMITTEE,
            "after_acceptance": True,
            "ended_on": fact.decided_on,
        }
    return _orientation(case, fact.orientation_id, **changes)


@fold.register
def _(fact: say.AllocationRecorded, case: Case, on: date) -> Case:
    made = Allocation(
        **{
            name: getattr(fact, name)
            for name in Allocation.model_fields
            if name in say.AllocationRecorded.model_fields
        }
    )
    if fact.corrects is not None:
        said = {name: getattr(made, name) for name in made.model_fields_set - {"allocation_id"}}
        return _allocation(case, made.allocation_id, **said)
    others = tuple(each for each in case.allocations if each.allocation_id != made.allocation_id)
    placed = made.model_copy(update={"recorded_on": on})
    return _with(case, state=CaseState.PLACED, allocations=(*others, placed))


@fold.register
def _(fact: say.OfferAnswered, case: Case, on: date) -> Case:
    return _allocation(case, fact.allocation_id, answer=fact.answer, answered_on=fact.answered_on)


@fold.register
def _(fact: say.LeaseSigned, case: Case, on: date) -> Case:
    return _allocation(
        case,
        fact.allocation_id,
        state=AllocationState.LEASED,
        lease_signed_on=fact.signed_on,
        lease_kind=fact.lease_kind,
    )


@fold.register
def _(fact: say.HouseholdHoused, case: Case, on: date) -> Case:
    after = _allocation(case, fact.allocation_id, state=AllocationState.ENTERED, entered_on=fact.entered_on)
    return _with(after, state=CaseState.HOUSED)


@fold.register
def _(fact: say.TenancyChecked, case: Case, on: date) -> Case:
    made = Check(month=fact.month, still_housed=fact.still_housed, checked_on=fact.checked_on)
    held = next((each for each in case.allocations if each.allocation_id == fact.allocation_id), None)
    return _allocation(case, fact.allocation_id, checks=(*(held.checks if held else ()), made))


@fold.register
def _(fact: say.AllocationCancelled, case: Case, on: date) -> Case:
    after = _allocation(
        case,
        fact.allocation_id,
        state=AllocationState.CANCELLED,
        cancel_cause=fact.cause,
        cancelled_on=fact.cancelled_on,
    )
    return _with(after, state=CaseState.IN_FOLLOW_UP)


@fold.register
def _(fact: say.RefusalRuled, case: Case, on: date) -> Case:
    said = {name: getattr(fact, name) for name in RulingMade.model_fields if name != "ruled_on"}
    made = RulingMade(ruled_on=on, **said)
    return _with(case, rulings=(*case.rulings, made))


@fold.register
def _(fact: say.AppealLodged, case: Case, on: date) -> Case:
    made = Appeal(appeal_id=fact.appeal_id, against=fact.against, lodged_on=fact.lodged_on)
    return _with(case, appeals=(*case.appeals, made))


@fold.register
def _(fact: say.AppealDecided, case: Case, on: date) -> Case:
    appeals = _changed(
        case.appeals,
        lambda each: each.appeal_id == fact.appeal_id,
        upheld=fact.upheld,
        decided_on=fact.decided_on,
    )
    after = _with(case, appeals=appeals)
    if fact.upheld and case.state is CaseState.REJECTED:
        return _with(after, state=CaseState.SUBMITTED, rejected_for=None, appeal_until=None)
    return after


@fold.register
def _(fact: say.CaseSuspended, case: Case, on: date) -> Case:
    return _with(case, suspended=True, suspended_until=fact.until, clocks_stopped=fact.clocks_stopped)


@fold.register
def _(fact: say.CaseResumed, case: Case, on: date) -> Case:
    return _with(case, suspended=False, suspended_until=None, clocks_stopped=())


@fold.register
def _(fact: say.CaseTransferred, case: Case, on: date) -> Case:
    return _with(
        case,
        referrer_id=fact.referrer_id,
        organisation_id=fact.organisation_id,
        former_referrer_id=case.referrer_id,
        former_organisation_id=case.organisation_id,
        former_until=fact.former_until,
        transferred_on=on,
    )


@fold.register
def _(fact: say.CasesLinked, case: Case, on: date) -> Case:
    others = tuple(each for each in case.linked if each != fact.other_case_id)
    return _with(case, linked=(*others, fact.other_case_id) if fact.linked else others)


@fold.register
def _(fact: say.CaseCancelled, case: Case, on: date) -> Case:
    return _with(
        case, state=CaseState.CANCELLED, ended_on=fact.cancelled_on, suspended=False, suspended_until=None
    )


@fold.register
def _(fact: say.CaseReactivated, case: Case, on: date) -> Case:
    state = CaseState.IN_FOLLOW_UP if case.state is CaseState.CLOSED else CaseState.SUBMITTED
    return _with(case, state=state, ended_on=None, transmitted_on=on)


@fold.register
def _(fact: say.CaseClosed, case: Case, on: date) -> Case:
    return _with(case, state=CaseState.CLOSED, ended_on=fact.closed_on)
