"""What is asked on each page of what follows a decision, and the command that it becomes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field as Bound

from cases.domain.case import Case
from cases.domain.reasons import REASONS, Family, family
from cases.store.desk import Desk
from cases.web.wording import DONE, options
from contracts.fields import Cell
from contracts.lists import (
    AdmitCause,
    AllocationCancel,
    CommitteeOutcome,
    DwellingSize,
    InformedHow,
    LeaseKind,
    OfferAnswer,
    OrientationOrigin,
    Quota,
    RefusedBy,
    ReportedBy,
    Ruling,
    Scheme,
    SenioritySource,
    StepKind,
    YesNoUnknown,
)
from eventing.db import Tx
from webui.acting import Key, Keyed, Ticked
from webui.fields import CivilDate, Line, Text
from webui.identity import User

Note = Annotated[str, Text(300, empty=True)]
Words = Annotated[str, Text(600, empty=True)]
Run = Callable[[Tx, Desk, User, UUID, UUID, Any], Awaitable[Case]]
DONE |= {
    "propose": "La proposition est faite. La structure est prévenue, par un lien seulement.",
    "accepte": "L’acceptation est notée.",
    "refuse": "Le refus est noté. La situation continue d’être suivie.",
    "retiree-proposition": "La proposition est retirée.",
    "close-proposition": "La proposition est close sans réponse. Ce n’est pas un refus.",
    "comite": "La décision de la commission d’attribution est notée.",
    "attribue": "L’attribution est enregistrée. Les autres propositions sont terminées.",
    "attribution-corrigee": "L’attribution est corrigée. L’ancienne version reste dans l’histoire.",
    "offre": "La réponse du ménage est notée.",
    "bail": "La signature du bail est notée.",
    "entre": "L’entrée dans les lieux est notée.",
    "attribution-annulee": "L’attribution est annulée. Les propositions terminées ne sont pas rouvertes.",
    "point": "Le point est noté.",
    "qualifie": "Le refus est qualifié. Il peut être contesté pendant deux mois.",
    "recours": "Le recours est enregistré. Son effet attend la réponse.",
    "recours-repondu": "La réponse au recours est notée.",
    "demarche": "La démarche est confiée.",
    "demarche-close": "C’est noté.",
    "reexamen": "La situation attend un nouvel examen.",
    "informe": "C’est noté\u00a0: le ménage est informé.",
    "transmission": "La nouvelle transmission est notée. L’ancienneté part de cette date.",
    "reporte": "L’avis est noté comme reporté.",
}


@dataclass(frozen=True)
class Field:
    """One answer of a page. `source`: a list that the page loads (organisations, people, events)."""

    kind: str
    name: str
    label: str
    help: str = ""
    required: bool = True
    choices: tuple[tuple[str, str], ...] = ()
    source: str = ""


@dataclass(frozen=True)
class Action:
    """One page: its address after the case's, what it asks, what it does."""

    path: str
    title: str
    button: str
    done: str
    act: str
    command: str
    model: type[Keyed]
    fields: tuple[Field, ...]
    run: Run
    intro: str = ""
    today: str = ""
    """The field that starts at today's date."""
    danger: bool = False


def reasons(which: Family, *more: str) -> tuple[tuple[str, str], ...]:
    """The reasons of a family, and these ones beside."""
    found = [*family(which), *(REASONS[code] for code in more)]
    return tuple((each.code, f"{each.code} – {each.label}") for each in found)


def answers_of(kind: Any, *without: str) -> tuple[tuple[str, str], ...]:
    """The answers of a closed list."""
    return tuple(options(kind, *without))


def day(name: str, label: str, hint: str = "") -> Field:
    """A date."""
    return Field("date", name, label, hint)


class ProposalForm(Keyed):
    """Whom it is proposed to."""

    scheme: Scheme
    organisation_id: Key
    origin: OrientationOrigin
    text: Words = ""


class AnsweredForm(Keyed):
    """When it was answered."""

    answered_on: CivilDate


class RefusalForm(AnsweredForm):
    """Who refuses and why."""

    by: RefusedBy
    reason: str
    note: Note = ""


class CommitteeForm(Keyed):
    """What the committee decided."""

    outcome: CommitteeOutcome
    decided_on: CivilDate
    rank: Annotated[int | None, Bound(ge=1, le=99)] = None
    condition_due_on: CivilDate | None = None


class HomeForm(Keyed):
    """A home given."""

    decided_on: CivilDate
    quota: Quota
    territory_cell: Cell = "unknown"
    dwelling_size: DwellingSize | None = None
    reported_by: ReportedBy
    condition_met: Ticked = False


class DirectForm(HomeForm):
    """A home given without a proposal."""

    scheme: Scheme
    organisation_id: Key


class CorrectionForm(HomeForm):
    """The same, said again."""

    reason: Annotated[str, Line(300)]


class OfferForm(AnsweredForm):
    """What the household answered."""

    answer: OfferAnswer
    reason: str = ""
    note: Note = ""


class LeaseForm(Keyed):
    """The contract."""

    lease_kind: LeaseKind
    signed_on: CivilDate


class EntryForm(Keyed):
    """The keys."""

    entered_on: CivilDate


class CancelForm(Keyed):
    """Why it takes no effect."""

    cause: AllocationCancel
    cancelled_on: CivilDate
    note: Note = ""


class CheckForm(Keyed):
    """Whether they still live there."""

    month: int
    still_housed: YesNoUnknown
    checked_on: CivilDate


class RulingForm(Keyed):
    """How a refusal is judged."""

    ruling: Ruling
    reason: Words = ""


class AppealForm(Keyed):
    """What is contested."""

    against: UUID
    lodged_on: CivilDate
    text: Words = ""


class AppealAnswerForm(Keyed):
    """The answer to it."""

    upheld: str = Bound(pattern="^(oui|non)$")
    decided_on: CivilDate
    reason: Words = ""


class StepForm(Keyed):
    """Who does what."""

    kind: StepKind
    organisation_id: Key
    owner_id: Key | None = None
    due_on: CivilDate
    text: Note = ""


class StepDoneForm(Keyed):
    """Whether it was done."""

    done: str = Bound(pattern="^(oui|non)$")
    closed_on: CivilDate


class ReadmitForm(Keyed):
    """Why it is examined again."""

    cause: AdmitCause
    not_before_on: CivilDate | None = None
    reason: Words = ""


class ToldForm(Keyed):
    """What the household was told."""

    about: UUID
    how: InformedHow
    informed_on: CivilDate


class SentForm(Keyed):
    """The new transmission."""

    sent_on: CivilDate
    source: SenioritySource
