"""Where a case stands in the work, in one place only; and what must not be forgotten about it.

Queues, their counts, today's page and exports ask these two functions, so that they never disagree (T16).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from cases.domain.case import Case, OrientationState
from cases.domain.lifecycle import OPEN
from contracts.lists import CaseState, SenioritySource


class Stage(StrEnum):
    """The queues. Their values are in addresses."""

    TO_CHECK = "verifier"
    TO_COMPLETE = "completer"
    TO_SCHEDULE = "inscrire"
    SCHEDULED = "inscrites"
    TO_FOLLOW = "suivre"
    PLACED = "attribuees"
    SUSPENDED = "suspendues"
    ENDED = "terminees"


STAGES: Mapping[Stage, str] = {
    Stage.TO_CHECK: "À vérifier",
    Stage.TO_COMPLETE: "À compléter",
    Stage.TO_SCHEDULE: "À inscrire",
    Stage.SCHEDULED: "Inscrites",
    Stage.TO_FOLLOW: "Suites à donner",
    Stage.PLACED: "Attribuées",
    Stage.SUSPENDED: "Suspendues",
    Stage.ENDED: "Terminées",
}
_OF_STATE: Mapping[CaseState, Stage] = {
    CaseState.SUBMITTED: Stage.TO_CHECK,
    CaseState.INCOMPLETE: Stage.TO_COMPLETE,
    CaseState.ADMISSIBLE: Stage.TO_SCHEDULE,
    CaseState.SCHEDULED: Stage.SCHEDULED,
    CaseState.EXAMINED: Stage.SCHEDULED,
    CaseState.IN_FOLLOW_UP: Stage.TO_FOLLOW,
    CaseState.PLACED: Stage.PLACED,
    CaseState.HOUSED: Stage.PLACED,
}


class Mark(StrEnum):
    """What cuts across the queues. Their values are in addresses."""

    COMPLETION_LATE = "complement-en-retard"
    TO_ANSWER = "a-repondre"
    ANSWER_LATE = "reponse-en-retard"
    STEP_LATE = "demarche-en-retard"
    APPEAL = "recours"
    REFUSAL = "refus-a-juger"
    UNTOLD = "menage-a-informer"
    NO_REFERRER = "sans-referent"
    NEW = "nouvelles"
    DUPLICATE = "doublon"
    UNPROVEN = "a-prouver"


MARKS: Mapping[Mark, str] = {
    Mark.COMPLETION_LATE: "Complément en retard",
    Mark.TO_ANSWER: "Proposition à répondre",
    Mark.ANSWER_LATE: "Réponse en retard",
    Mark.STEP_LATE: "Démarche en retard",
    Mark.APPEAL: "Recours à traiter",
    Mark.REFUSAL: "Refus à juger",
    Mark.UNTOLD: "Ménage à informer",
    Mark.NO_REFERRER: "Sans référent",
    Mark.NEW: "Nouvelle pour vous",
    Mark.DUPLICATE: "Doublon possible",
    Mark.UNPROVEN: "Ancienneté à prouver",
}


OF_A_PROVIDER = (Mark.TO_ANSWER, Mark.ANSWER_LATE)
"""What somebody who does not follow the case is told: not what others answered, nor what is contested."""


def stage(case: Case) -> Stage:
    """Its one queue."""
    if case.suspended and case.state in OPEN:
        return Stage.SUSPENDED
    return _OF_STATE.get(case.state, Stage.ENDED)


@dataclass(frozen=True)
class Around:
    """What a case does not say by itself."""

    now: datetime
    today: date
    referrer_active: bool = True
    duplicate: bool = False
    new: bool = False
    organisation_id: UUID | None = None
    """Of whoever looks: proposals to it wait for their answer."""
    whole: bool = True
    """Whether they follow the case; else they are told of their own proposals alone."""


def marks(case: Case, around: Around) -> tuple[Mark, ...]:
    """What must not be forgotten, the most pressing first."""
    open_case = case.state in OPEN
    said = {
        Mark.TO_ANSWER: any(
            each.state is OrientationState.PROPOSED and each.organisation_id == around.organisation_id
            for each in case.orientations
        ),
        Mark.ANSWER_LATE: not case.suspended
        and any(
            each.state is OrientationState.PROPOSED
            and each.answer_due_at < around.now
            and (around.whole or each.organisation_id == around.organisation_id)
            for each in case.orientations
        ),
        Mark.COMPLETION_LATE: case.state is CaseState.INCOMPLETE
        and case.completion_due_on is not None
        and case.completion_due_on < around.today,
        Mark.STEP_LATE: any(each.closed_on is None and each.due_on < around.today for each in case.steps),
        Mark.APPEAL: any(each.upheld is None for each in case.appeals),
        Mark.REFUSAL: open_case and bool(refusals_to_rule(case)),
        Mark.UNTOLD: open_case and case.decision is not None and not case.household_informed,
        Mark.NO_REFERRER: open_case and not around.referrer_active,
        Mark.NEW: open_case and around.new,
        Mark.DUPLICATE: around.duplicate,
        Mark.UNPROVEN: open_case
        and bool(case.seniority)
        and case.seniority[-1].source is SenioritySource.SEUIL,
    }
    told = tuple(said) if around.whole else OF_A_PROVIDER
    return tuple(mark for mark in told if said[mark])


def refusals_to_rule(case: Case) -> tuple[str, ...]:
    """Ids of proposals and allocations that the household refused and nobody has judged."""
    ruled = {each.orientation_id for each in case.rulings} | {each.allocation_id for each in case.rulings}
    refused = [
        each.orientation_id
        for each in case.orientations
        if each.state is OrientationState.REFUSED and each.refused_by == "household"
    ] + [
        each.allocation_id
        for each in case.allocations
        if each.answer in ("refused", "no_answer") and not each.alive
    ]
    return tuple(str(each) for each in refused if each not in ruled)


@dataclass(frozen=True)
class Next:
    """Who must act, on what, since when or before when."""

    who: str
    what: str
    since: date | None = None
    before: date | None = None


def next_step(case: Case) -> Next:
    """What happens next, in one sentence: `who` is siao, referrer, panel, provider or nobody."""
    if case.suspended:
        return Next(
            "siao", "Le dossier est suspendu. Le reprendre, ou attendre.", before=case.suspended_until
        )
    if case.state is CaseState.IN_FOLLOW_UP:
        return _following(case)
    return {
        CaseState.SUBMITTED: Next(
            "siao", "Vérifier le dossier, puis le déclarer recevable.", since=case.submitted_on
        ),
        CaseState.INCOMPLETE: Next("referrer", "Compléter le dossier.", before=case.completion_due_on),
        CaseState.ADMISSIBLE: Next("siao", "Inscrire la situation à un ordre du jour."),
        CaseState.SCHEDULED: Next("panel", "La situation est inscrite à l’ordre du jour."),
        CaseState.EXAMINED: Next("panel", "La situation est examinée\u00a0: l’avis reste à noter."),
        CaseState.PLACED: Next("provider", "Préparer l’entrée dans les lieux."),
        CaseState.HOUSED: Next("siao", "Le ménage est entré dans les lieux. Clore le dossier."),
        CaseState.REJECTED: Next(
            "referrer", "Le dossier est non recevable. Un recours est possible.", before=case.appeal_until
        ),
    }.get(case.state, Next("nobody", "Le dossier est terminé.", since=case.ended_on))


def _following(case: Case) -> Next:
    waiting = [each for each in case.orientations if each.state is OrientationState.PROPOSED]
    if waiting:
        first = min(waiting, key=lambda each: each.answer_due_at)
        return Next("provider", "Répondre à la proposition.", first.proposed_on, first.answer_due_at.date())
    if any(each.state is OrientationState.PRE_ADMITTED for each in case.orientations):
        return Next("provider", "La proposition est acceptée\u00a0: attribuer un logement ou une place.")
    steps = [each for each in case.steps if each.closed_on is None]
    if steps:
        first_step = min(steps, key=lambda each: each.due_on)
        return Next("siao", first_step.kind.label + ".", before=first_step.due_on)
    decided = case.decision.decided_on if case.decision else None
    return Next("siao", "Faire une proposition, ou noter une démarche.", since=decided)


WHO: Mapping[str, str] = {
    "siao": "Le SIAO",
    "referrer": "Le référent",
    "panel": "La commission",
    "provider": "La structure",
    "household": "Le ménage",
    "nobody": "Personne",
}
