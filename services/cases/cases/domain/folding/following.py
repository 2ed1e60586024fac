"""What follows an opinion: steps, who was told, proposals, allocations, rulings, appeals."""

from datetime import date
from typing import Any
from uuid import UUID

from cases.domain.case import (
    Allocation,
    AllocationState,
    Appeal,
    Case,
    Check,
    Orientation,
    OrientationState,
    RulingMade,
    Step,
)
from cases.domain.folding.machine import changed, fold, with_changes
from contracts import cases as say
from contracts.lists import CaseState, CommitteeOutcome, EndCause, InformedHow, ReasonGroup, RefusedBy


def _orientation(case: Case, orientation_id: UUID, **changes: Any) -> Case:
    parts = changed(case.orientations, lambda each: each.orientation_id == orientation_id, **changes)
    return with_changes(case, orientations=parts)


def _allocation(case: Case, allocation_id: UUID, **changes: Any) -> Case:
    parts = changed(case.allocations, lambda each: each.allocation_id == allocation_id, **changes)
    return with_changes(case, allocations=parts)


@fold.register
def _(fact: say.StepAssigned, case: Case, on: date) -> Case:
    step = Step(
        step_id=fact.step_id,
        kind=fact.kind,
        owner_id=fact.owner_id,
        organisation_id=fact.organisation_id,
        due_on=fact.due_on,
    )
    return with_changes(case, steps=(*case.steps, step))


@fold.register
def _(fact: say.StepClosed, case: Case, on: date) -> Case:
    steps = changed(
        case.steps, lambda each: each.step_id == fact.step_id, result=fact.result, closed_on=fact.closed_on
    )
    return with_changes(case, steps=steps)


@fold.register
def _(fact: say.ReferrerInformed, case: Case, on: date) -> Case:
    return with_changes(case, referrer_informed=(*case.referrer_informed, fact.about))


@fold.register
def _(fact: say.HouseholdInformed, case: Case, on: date) -> Case:
    if fact.how is InformedHow.COULD_NOT_REACH:
        return case
    return with_changes(case, household_informed=(*case.household_informed, fact.about))


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
    return with_changes(case, orientations=(*case.orientations, made))


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
    return with_changes(case, state=CaseState.PLACED, allocations=(*others, placed))


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
    return with_changes(after, state=CaseState.HOUSED)


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
    return with_changes(after, state=CaseState.IN_FOLLOW_UP)


@fold.register
def _(fact: say.RefusalRuled, case: Case, on: date) -> Case:
    said = {name: getattr(fact, name) for name in RulingMade.model_fields if name != "ruled_on"}
    made = RulingMade(ruled_on=on, **said)
    return with_changes(case, rulings=(*case.rulings, made))


@fold.register
def _(fact: say.AppealLodged, case: Case, on: date) -> Case:
    made = Appeal(appeal_id=fact.appeal_id, against=fact.against, lodged_on=fact.lodged_on)
    return with_changes(case, appeals=(*case.appeals, made))


@fold.register
def _(fact: say.AppealDecided, case: Case, on: date) -> Case:
    appeals = changed(
        case.appeals,
        lambda each: each.appeal_id == fact.appeal_id,
        upheld=fact.upheld,
        decided_on=fact.decided_on,
    )
    after = with_changes(case, appeals=appeals)
    if fact.upheld and case.state is CaseState.REJECTED:
        return with_changes(after, state=CaseState.SUBMITTED, rejected_for=None, appeal_until=None)
    return after
