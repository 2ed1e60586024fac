"""From the transmission to the queue; what holds, moves or ends a case; a case said again."""

from datetime import date

from cases.domain.case import Case, SeniorityLine
from cases.domain.folding.machine import fold, with_changes
from contracts import cases as say
from contracts.lists import AdmitCause, CaseState


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
    return with_changes(case, seniority=(*case.seniority, line))


@fold.register
def _(fact: say.CompletionRequested, case: Case, on: date) -> Case:
    return with_changes(case, state=CaseState.INCOMPLETE, missing=fact.missing, completion_due_on=fact.due_on)


@fold.register
def _(fact: say.CaseCompleted, case: Case, on: date) -> Case:
    state = CaseState.SUBMITTED if case.state is CaseState.INCOMPLETE else case.state
    return with_changes(
        case,
        state=state,
        file_version=fact.version,
        missing=(),
        completion_due_on=None,
        transmitted_on=on,
    )


@fold.register
def _(fact: say.CaseRejected, case: Case, on: date) -> Case:
    return with_changes(
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
    return with_changes(case, state=CaseState.ADMISSIBLE, not_before_on=fact.not_before_on, **again)


@fold.register
def _(fact: say.CaseSuspended, case: Case, on: date) -> Case:
    return with_changes(case, suspended=True, suspended_until=fact.until, clocks_stopped=fact.clocks_stopped)


@fold.register
def _(fact: say.CaseResumed, case: Case, on: date) -> Case:
    return with_changes(case, suspended=False, suspended_until=None, clocks_stopped=())


@fold.register
def _(fact: say.CaseTransferred, case: Case, on: date) -> Case:
    return with_changes(
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
    return with_changes(case, linked=(*others, fact.other_case_id) if fact.linked else others)


@fold.register
def _(fact: say.CaseCancelled, case: Case, on: date) -> Case:
    return with_changes(
        case, state=CaseState.CANCELLED, ended_on=fact.cancelled_on, suspended=False, suspended_until=None
    )


@fold.register
def _(fact: say.CaseReactivated, case: Case, on: date) -> Case:
    state = CaseState.IN_FOLLOW_UP if case.state is CaseState.CLOSED else CaseState.SUBMITTED
    return with_changes(case, state=state, ended_on=None, transmitted_on=on)


@fold.register
def _(fact: say.CaseClosed, case: Case, on: date) -> Case:
    return with_changes(case, state=CaseState.CLOSED, ended_on=fact.closed_on)
