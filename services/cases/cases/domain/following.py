"""What follows a decision: proposals to providers and their answers, steps, a new examination.

Each function reads a state and a moment and gives facts, or raises Refused and nothing has happened. A
provider's delay passes in silence: it is reminded and escalated elsewhere; a person alone closes a proposal.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from cases.domain.case import Case, Orientation, OrientationState, Step
from cases.domain.lifecycle import expect
from cases.domain.reasons import Family, Reason, chosen
from cases.domain.rules import Moment
from cases.domain.working_days import after_working_hours
from contracts import cases as say
from contracts.lists import (
    AdmitCause,
    CommitteeOutcome,
    EndCause,
    InformedHow,
    OrientationOrigin,
    ReasonGroup,
    RefusedBy,
    Scheme,
    StepKind,
    StepResult,
)
from contracts.refusal import FieldError, Refused

Facts = list[say.CasesFact]
WITHHELD_ORGANISATION = UUID("00000000-0000-4000-8000-000000000000")
"""What the facts of a protected file say in place of a provider: nobody's id, so that nobody is told."""
UNSAID = (Scheme.UNKNOWN, Scheme.WITHHELD, Scheme.UNMAPPED)
READMIT_CAUSES = (AdmitCause.PROVIDER_REFUSALS, AdmitCause.REEXAMINATION, AdmitCause.APPEAL)


@dataclass(frozen=True)
class Proposal:
    """Whom a household is proposed to. `hidden`: of a protected file, facts say neither scheme nor whom."""

    orientation_id: UUID
    scheme: Scheme
    organisation_id: UUID
    origin: OrientationOrigin = OrientationOrigin.COMMISSION
    hidden: bool = False


@dataclass(frozen=True)
class Refusal:
    """Who refuses a proposal, for which reason, when."""

    by: RefusedBy
    reason: str
    answered_on: date
    note: str = ""
    scheme: Scheme | None = None
    """The scheme itself, where the facts withhold it."""


@dataclass(frozen=True)
class Outcome:
    """What an allocation committee decided (CCH R441-3)."""

    outcome: CommitteeOutcome
    decided_on: date
    rank: int | None = None
    condition_due_on: date | None = None


@dataclass(frozen=True)
class Assignment:
    """Who does what by when."""

    step_id: UUID
    kind: StepKind
    organisation_id: UUID
    due_on: date
    owner_id: UUID | None = None


def propose(case: Case, asked: Proposal, at: Moment) -> Facts:
    """One more proposal; several may be open at once. The provider has so many hours of working days."""
    expect(case, "propose")
    if asked.scheme in UNSAID:
        raise field("scheme", "Choisissez un dispositif.", "/scheme")
    told = WITHHELD_ORGANISATION if asked.hidden else asked.organisation_id
    scheme = Scheme.WITHHELD if asked.hidden else asked.scheme
    if not asked.hidden and any(
        (each.organisation_id, each.scheme) == (told, scheme) for each in case.open_orientations
    ):
        raise field("already_proposed", "Cette structure a déjà une proposition ouverte.", "/organisation_id")
    return [
        say.OrientationProposed(
            orientation_id=asked.orientation_id,
            case_id=case.case_id,
            scheme=scheme,
            organisation_id=told,
            answer_due_at=after_working_hours(at.now, at.rules.answer_hours),
            origin=asked.origin,
        )
    ]


def accept(case: Case, orientation_id: UUID, answered_on: date, at: Moment) -> Facts:
    """The provider pre-admits the household. It is not an allocation."""
    expect(case, "answer_orientation")
    found = proposal(case, orientation_id)
    if found.state is not OrientationState.PROPOSED:
        raise _answered(found)
    in_order(answered_on, found.proposed_on, at.today, "/answered_on")
    return [
        say.OrientationAccepted(orientation_id=orientation_id, case_id=case.case_id, answered_on=answered_on)
    ]


def refuse(case: Case, orientation_id: UUID, asked: Refusal, at: Moment) -> Facts:
    """Refused by the provider or by the household, before or after acceptance; the case itself goes on."""
    expect(case, "answer_orientation")
    found = proposal(case, orientation_id)
    if not found.open:
        raise _answered(found)
    reason = refusal_reason(asked, found.scheme)
    in_order(asked.answered_on, found.answered_on or found.proposed_on, at.today, "/answered_on")
    assert isinstance(reason.group, ReasonGroup)
    return [
        say.OrientationRefused(
            orientation_id=orientation_id,
            case_id=case.case_id,
            by=asked.by,
            reason_group=reason.group,
            after_acceptance=found.state is OrientationState.PRE_ADMITTED,
            answered_on=asked.answered_on,
        )
    ]


def refusal_reason(asked: Refusal, scheme: Scheme) -> Reason:
    """The reason as its giver may give it: P or I7 for a provider, M for a household."""
    if asked.by is RefusedBy.HOUSEHOLD:
        return chosen(asked.reason, Family.HOUSEHOLD, asked.note)
    if asked.by is not RefusedBy.PROVIDER:
        raise field("refused_by", "Dites qui refuse\u00a0: la structure ou le ménage.", "/by")
    if asked.reason == "I7":
        return chosen(asked.reason, Family.INADMISSIBLE, asked.note, asked.scheme or scheme)
    return chosen(asked.reason, Family.PROVIDER, asked.note)


def withdraw(case: Case, orientation_id: UUID) -> Facts:
    """The SIAO takes a proposal back."""
    expect(case, "end_orientation")
    found = proposal(case, orientation_id)
    if not found.open:
        raise _answered(found)
    return [_ended(case, found, EndCause.WITHDRAWN)]


def close_overdue(case: Case, orientation_id: UUID, at: Moment) -> Facts:
    """A person closes a proposal that was left without an answer. It is no refusal."""
    expect(case, "end_orientation")
    found = proposal(case, orientation_id)
    if found.state is not OrientationState.PROPOSED:
        raise _answered(found)
    if not overdue(found, at):
        raise Refused(
            "not_overdue", "La structure a encore le temps de répondre. Retirez la proposition s’il le faut."
        )
    return [_ended(case, found, EndCause.OVERDUE_CLOSED)]


def overdue(orientation: Orientation, at: Moment) -> bool:
    """Whether an answer is late: a mark, never an answer."""
    return orientation.state is OrientationState.PROPOSED and orientation.answer_due_at < at.now


def record_committee(case: Case, orientation_id: UUID, asked: Outcome, at: Moment) -> Facts:
    """What the committee decided; said again when a rank moves. d and e end the proposal as refused."""
    expect(case, "record_committee")
    found = proposal(case, orientation_id)
    if found.state is OrientationState.PROPOSED:
        raise Refused("not_accepted", "La structure n’a pas encore accepté\u00a0: notez d’abord sa réponse.")
    if not found.open:
        raise _answered(found)
    _whole_outcome(asked)
    earliest = found.committee_on or found.answered_on or found.proposed_on
    in_order(asked.decided_on, earliest, at.today, "/decided_on")
    facts: Facts = [
        say.CommitteeDecided(
            case_id=case.case_id,
            orientation_id=orientation_id,
            committee_outcome=asked.outcome,
            rank=asked.rank,
            condition_due_on=asked.condition_due_on,
            decided_on=asked.decided_on,
        )
    ]
    if asked.outcome in (CommitteeOutcome.D, CommitteeOutcome.E):
        facts.append(
            say.OrientationRefused(
                orientation_id=orientation_id,
                case_id=case.case_id,
                by=RefusedBy.PROVIDER,
                reason_group=ReasonGroup.COMMITTEE,
                after_acceptance=True,
                answered_on=asked.decided_on,
            )
        )
    return facts


def _whole_outcome(asked: Outcome) -> None:
    if asked.outcome is CommitteeOutcome.UNKNOWN:
        raise field("committee_outcome", "Choisissez la décision de la commission d’attribution.", "/outcome")
    if (asked.outcome is CommitteeOutcome.B) != (asked.rank is not None):
        raise field("rank", "Un rang va avec l’attribution par ordre de priorité, et elle seule.", "/rank")
    if (asked.outcome is CommitteeOutcome.C) != (asked.condition_due_on is not None):
        raise field(
            "condition_due_on",
            "Une date limite va avec l’attribution sous condition, et elle seule.",
            "/condition_due_on",
        )
    if asked.condition_due_on is not None and asked.condition_due_on < asked.decided_on:
        raise field(
            "dates_out_of_order", "La date limite précède la décision de la commission.", "/condition_due_on"
        )


def assign_step(case: Case, asked: Assignment, at: Moment) -> Facts:
    """Somebody has something to do. The same id again changes nothing."""
    expect(case, "assign_step")
    if any(each.step_id == asked.step_id for each in case.steps):
        return []
    if asked.kind is StepKind.UNKNOWN:
        raise field("kind", "Choisissez la démarche.", "/kind")
    if asked.due_on < at.today:
        raise field("date_past", "Cette date est déjà passée.", "/due_on")
    return [
        say.StepAssigned(
            step_id=asked.step_id,
            case_id=case.case_id,
            kind=asked.kind,
            owner_id=asked.owner_id,
            organisation_id=asked.organisation_id,
            due_on=asked.due_on,
        )
    ]


def close_step(case: Case, step_id: UUID, done: bool, closed_on: date, at: Moment) -> Facts:
    """Done or dropped; whether it was late follows from the dates."""
    expect(case, "close_step")
    found = step_of(case, step_id)
    if found.result is not None:
        raise Refused("step_closed", f"Cette démarche est déjà «\u00a0{found.result.label}\u00a0».")
    if closed_on > at.today:
        raise field("date_to_come", "Cette date n’est pas encore passée.", "/closed_on")
    late = StepResult.DONE_LATE if closed_on > found.due_on else StepResult.DONE
    return [
        say.StepClosed(
            step_id=step_id,
            case_id=case.case_id,
            result=late if done else StepResult.DROPPED,
            closed_on=closed_on,
        )
    ]


def step_of(case: Case, step_id: UUID) -> Step:
    """A step of the case. Raises Refused 404."""
    found = next((each for each in case.steps if each.step_id == step_id), None)
    if found is None:
        raise Refused("unknown_step", "Cette démarche n’existe pas.", 404)
    return found


def readmit(case: Case, cause: AdmitCause, not_before_on: date | None, at: Moment) -> Facts:
    """A person sends the case back to the queue, for another examination; no refusal does it by itself."""
    expect(case, "readmit")
    if cause not in READMIT_CAUSES:
        raise field("cause", "Choisissez pourquoi le dossier est réexaminé.", "/cause")
    if case.open_orientations:
        raise Refused(
            "orientations_open",
            "Des propositions attendent encore une réponse\u00a0: terminez-les d’abord. Rien n’a été changé.",
        )
    if not_before_on is not None and not_before_on < at.today:
        raise field("date_past", "Cette date est déjà passée.", "/not_before_on")
    return [say.CaseAdmitted(case_id=case.case_id, not_before_on=not_before_on, cause=cause)]


def provider_refusals(case: Case) -> int:
    """Refusals by providers since the last opinion of the commission."""
    since = case.decision.decided_on if case.decision else case.submitted_on
    return sum(
        each.refused_by is RefusedBy.PROVIDER and each.proposed_on >= since for each in case.orientations
    )


def readmission_proposed(case: Case, at: Moment) -> bool:
    """Whether the commission type's rule proposes another examination; it is off unless a number is set."""
    wanted = at.rules.readmit_after_refusals
    return wanted is not None and not case.open_orientations and provider_refusals(case) >= wanted


def inform_household(
    case: Case, about: UUID, told_from: date, how: InformedHow, informed_on: date, at: Moment
) -> Facts:
    """A person says that the household was told of something; `told_from`: the day that it happened."""
    expect(case, "inform_household")
    if how is InformedHow.UNKNOWN:
        raise field("how", "Dites comment le ménage a été informé.", "/how")
    in_order(informed_on, told_from, at.today, "/informed_on")
    return [say.HouseholdInformed(case_id=case.case_id, about=about, how=how, informed_on=informed_on)]


def proposal(case: Case, orientation_id: UUID) -> Orientation:
    """A proposal of the case. Raises Refused 404."""
    found = case.orientation(orientation_id)
    if found is None:
        raise Refused("unknown_orientation", "Cette proposition n’existe pas.", 404)
    return found


def in_order(day: date, earliest: date, today: date, pointer: str) -> None:
    """Raises Refused when a date is still to come, or precedes what it follows from."""
    if day > today:
        raise field("date_to_come", "Cette date n’est pas encore passée.", pointer)
    if day < earliest:
        raise field(
            "dates_out_of_order",
            f"Cette date précède l’étape d’avant, du {earliest:%d/%m/%Y}.",
            pointer,
        )


def field(code: str, text: str, pointer: str) -> Refused:
    """A refusal that points at one answer."""
    return Refused(code, text, 409, [FieldError(pointer, code, text)])


def _ended(case: Case, orientation: Orientation, cause: EndCause) -> say.OrientationEnded:
    return say.OrientationEnded(case_id=case.case_id, orientation_id=orientation.orientation_id, cause=cause)


_STATES = {
    OrientationState.PRE_ADMITTED: "déjà acceptée",
    OrientationState.REFUSED: "déjà refusée",
    OrientationState.ENDED: "terminée",
    OrientationState.FULFILLED: "aboutie",
}


def _answered(orientation: Orientation) -> Refused:
    state = _STATES.get(orientation.state, "ouverte")
    return Refused(
        "wrong_orientation_state",
        f"Cette proposition est {state}. Rien n’a été changé\u00a0: relisez le dossier avant de continuer.",
    )
