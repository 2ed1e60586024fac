"""What a panel does of a case, up to its opinion."""

from datetime import date
from typing import Any

from cases.domain.case import Case, Decision
from cases.domain.folding.machine import changed, fold, with_changes
from contracts import cases as say
from contracts.lists import CaseState, DecisionOutcome

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


@fold.register
def _(fact: say.CaseScheduled, case: Case, on: date) -> Case:
    return with_changes(
        case,
        state=CaseState.SCHEDULED,
        commission_id=fact.commission_id,
        item=fact.item,
        minutes=fact.minutes,
        presenter_id=fact.presenter_id,
    )


@fold.register
def _(fact: say.CasePostponed, case: Case, on: date) -> Case:
    return with_changes(
        case, state=CaseState.ADMISSIBLE, commission_id=None, item=None, minutes=None, presenter_id=None
    )


@fold.register
def _(fact: say.CaseExamined, case: Case, on: date) -> Case:
    return with_changes(case, state=CaseState.EXAMINED, passages=fact.passage)


@fold.register
def _(fact: say.CaseAdjourned, case: Case, on: date) -> Case:
    return with_changes(
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
        earlier = changed(earlier, lambda each: last is not None and each == last, corrected=True)
    after = with_changes(case, decisions=(*earlier, made))
    if fact.corrects is not None and case.state is CaseState.PLACED:
        return after
    return with_changes(after, **_after_decision(fact))


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
