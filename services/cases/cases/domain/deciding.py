"""What a panel decides of a case it has examined, and how a decision is corrected by another hand.

Conditions and dissent are texts: they stay sealed beside the case. A fact carries the typed opinion alone; of
a protected file it withholds the scheme, as it does for small cells.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from cases.domain.case import Case
from cases.domain.folding import FOLLOWED
from cases.domain.lifecycle import expect
from cases.domain.panel import Facts, Step, consultative, follow_on, on_agenda, put
from cases.domain.rules import Moment
from cases.domain.sitting import ItemOutcome, Sitting, SittingState
from contracts import cases as say
from contracts.lists import (
    CaseState,
    CloseResult,
    DecisionOutcome,
    DecisionPriority,
    EndCause,
    Measure,
    MissingItem,
    Scheme,
    StepKind,
)
from contracts.refusal import FieldError, Refused

ENDING = {
    DecisionOutcome.OUT_OF_SCOPE: CloseResult.OUT_OF_SCOPE,
    DecisionOutcome.WITHDRAWN: CloseResult.WITHDRAWN,
}
ORIENTING = (DecisionOutcome.ORIENT, DecisionOutcome.ORIENT_WITH_SUPPORT)
NEXT_STEP = {
    DecisionOutcome.REQUEST_LABEL: StepKind.REQUEST_SYPLO_LABEL,
    DecisionOutcome.CALL_PARTNER: StepKind.CONTACT_PARTNER,
    DecisionOutcome.SUPPORT_ONLY: StepKind.SUPPORT_REQUEST,
}
"""What has to be done first, where an outcome says it by itself."""


@dataclass(frozen=True)
class NextStep:
    """Who does what by when, after a decision."""

    organisation_id: UUID
    due_on: date
    owner_id: UUID | None = None
    kind: StepKind | None = None


@dataclass(frozen=True)
class Opinion:
    """A typed opinion as entered; texts are kept apart."""

    outcome: DecisionOutcome
    schemes: tuple[Scheme, ...] = ()
    measures: tuple[Measure, ...] = ()
    priority: DecisionPriority = DecisionPriority.NORMAL
    reexamine_on: date | None = None
    step: NextStep | None = None
    reason: str = ""
    """Why it is out of scope or withdrawn: kept sealed."""


@dataclass(frozen=True)
class Ids:
    """New random ids for a decision and its step."""

    decision_id: UUID
    step_id: UUID


def decide(
    sitting: Sitting, case: Case, asked: Opinion, ids: Ids, at: Moment, protected: bool = False
) -> Step:
    """The panel's opinion. Without quorum nobody decides in the sitting: it is done after it is closed."""
    item = on_agenda(sitting, case.case_id)
    if item.outcome in (ItemOutcome.DECIDED, ItemOutcome.ADJOURNED):
        raise already_said()
    expect(case, "decide")
    _may_conclude(sitting, case)
    facts = opinion_facts(case, sitting.commission_id, asked, ids, at, protected)
    after = put(sitting, item.model_copy(update={"outcome": ItemOutcome.DECIDED}))
    return follow_on(after, case.case_id), facts


def adjourn(
    sitting: Sitting, case: Case, missing: Iterable[MissingItem], not_before_on: date, at: Moment
) -> Step:
    """The case goes back to the queue with what it misses and a date; it keeps its seniority."""
    item = on_agenda(sitting, case.case_id)
    if item.outcome in (ItemOutcome.DECIDED, ItemOutcome.ADJOURNED):
        raise already_said()
    expect(case, "adjourn")
    if sitting.state not in (SittingState.OPENED, SittingState.CLOSED):
        raise Refused("not_open", "La séance n’est pas ouverte. Rien n’a été changé.")
    wanted = tuple(dict.fromkeys(missing))
    if not wanted:
        raise _field("nothing_missing", "Cochez au moins un élément attendu.", "/missing")
    if not_before_on <= at.today:
        raise _field("date_past", "Donnez une date à venir pour le nouvel examen.", "/not_before_on")
    fact = say.CaseAdjourned(
        case_id=case.case_id,
        commission_id=sitting.commission_id,
        missing=wanted,
        not_before_on=not_before_on,
    )
    after = put(sitting, item.model_copy(update={"outcome": ItemOutcome.ADJOURNED}))
    return follow_on(after, case.case_id), [fact]


def _may_conclude(sitting: Sitting, case: Case) -> None:
    if sitting.state is SittingState.OPENED and consultative(sitting, case.case_id):
        raise Refused(
            "no_quorum",
            "Le quorum n’est pas atteint pour cette situation\u00a0: les avis sont consultatifs. "
            "La décision se prend après la clôture de la séance.",
        )
    if sitting.state not in (SittingState.OPENED, SittingState.CLOSED):
        raise Refused("not_open", "La séance n’est pas ouverte. Rien n’a été changé.")


def opinion_facts(
    case: Case,
    commission_id: UUID,
    asked: Opinion,
    ids: Ids,
    at: Moment,
    protected: bool = False,
    corrects: UUID | None = None,
) -> Facts:
    """The facts of an opinion: decided, then the step or the end that follows."""
    _complete(asked, at)
    told = (Scheme.WITHHELD,) if protected and asked.schemes else asked.schemes
    facts: Facts = [
        say.CaseDecided(
            decision_id=ids.decision_id,
            case_id=case.case_id,
            commission_id=commission_id,
            outcome=asked.outcome,
            schemes=told,
            measures=asked.measures,
            decision_priority=asked.priority,
            reexamine_on=asked.reexamine_on,
            decided_on=at.today,
            corrects=corrects,
        )
    ]
    if asked.outcome in ENDING:
        result = ENDING[asked.outcome]
        facts.append(say.CaseClosed(case_id=case.case_id, result=result, closed_on=at.today))
    elif asked.step is not None:
        facts.append(
            say.StepAssigned(
                step_id=ids.step_id,
                case_id=case.case_id,
                kind=asked.step.kind or NEXT_STEP.get(asked.outcome, StepKind.OTHER),
                owner_id=asked.step.owner_id,
                organisation_id=asked.step.organisation_id,
                due_on=asked.step.due_on,
            )
        )
    return facts


def _complete(asked: Opinion, at: Moment) -> None:
    if asked.outcome is DecisionOutcome.UNKNOWN:
        raise _field("outcome", "Choisissez une décision.", "/outcome")
    if asked.outcome in ORIENTING and not asked.schemes:
        raise _field("no_scheme", "Choisissez au moins un dispositif.", "/schemes")
    if asked.outcome in FOLLOWED:
        if asked.step is None:
            raise _field("no_owner", "Dites qui suit la décision, et pour quand.", "/organisation_id")
        if asked.step.due_on < at.today:
            raise _field("date_past", "L’échéance est déjà passée.", "/due_on")
    if asked.outcome is DecisionOutcome.REEXAMINE_ON:
        if asked.reexamine_on is None or asked.reexamine_on <= at.today:
            raise _field("reexamine_on", "Donnez une date à venir pour le réexamen.", "/reexamine_on")
    elif asked.reexamine_on is not None:
        raise _field("reexamine_on", "Une date de réexamen va avec le réexamen seul.", "/reexamine_on")
    if asked.outcome in ENDING and not asked.reason.strip():
        raise _field("no_reason", "Écrivez pourquoi la situation n’est pas suivie.", "/reason")


def correct(
    case: Case, decision_event: UUID, asked: Opinion, ids: Ids, at: Moment, protected: bool = False
) -> Facts:
    """Another opinion in place of the last one, which stays in the history; open proposals end with it
    when the case is no longer followed."""
    last = case.decision
    if last is None:
        raise Refused("no_decision", "Aucune décision n’est à corriger dans ce dossier.")
    expect(case, "correct_decision")
    if case.state is CaseState.PLACED and asked.outcome not in FOLLOWED:
        raise Refused(
            "allocation_stands",
            "Une attribution est en cours\u00a0: annulez-la d’abord. Rien n’a été changé.",
        )
    facts = opinion_facts(case, last.commission_id, asked, ids, at, protected, corrects=decision_event)
    if asked.outcome in FOLLOWED:
        return facts
    ended: Facts = [
        say.OrientationEnded(
            case_id=case.case_id,
            orientation_id=each.orientation_id,
            cause=EndCause.COMMISSION_CHANGED,
        )
        for each in case.open_orientations
    ]
    return [*ended, *facts]


def already_said() -> Refused:
    """Somebody was faster: the case has its outcome."""
    return Refused(
        "already_decided",
        "Une autre personne vient d’enregistrer la décision de cette situation. "
        "Rien n’est perdu\u00a0: relisez-la avant de continuer.",
    )


def _field(code: str, text: str, pointer: str) -> Refused:
    return Refused(code, text, 409, [FieldError(pointer, code, text)])
