"""The form that concludes a case in a sitting: a decision, more asked, or another day."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from cases.commands.sitting import Texts, adjourn_case, decide_case, examine_case
from cases.domain.deciding import NextStep, Opinion
from cases.domain.folding import FOLLOWED
from cases.domain.sitting import ItemOutcome
from cases.queries.people import Referrer
from cases.queries.sittings import AgendaLine, Board
from cases.store import sittings
from cases.store.desk import Desk
from cases.web.wording import options
from contracts.lists import DecisionOutcome, DecisionPriority, Heard, Measure, MissingItem, Scheme, StepKind
from contracts.refusal import FieldError, Refused
from eventing.db import Tx
from webui.acting import Key, Versioned
from webui.forms import CivilDate, Form, Text
from webui.identity import User

ADJOURN = "adjourn"
KINDS = [
    {"valeur": "orient", "libelle": "Orientation retenue"},
    {
        "valeur": "orient_with_support",
        "libelle": "Orientation avec accompagnement",
        "aide": "AVDL, ASLL ou FSL",
    },
    {"valeur": "request_label", "libelle": "Labellisation demandée"},
    {"valeur": "call_partner", "libelle": "Partenaire à relancer"},
    {"valeur": "support_only", "libelle": "Accompagnement seul"},
    {"valeur": ADJOURN, "libelle": "Complément demandé"},
    {"valeur": "reexamine_on", "libelle": "Réexamen à date"},
    {"valeur": "out_of_scope", "libelle": "Hors champ"},
    {"valeur": "withdrawn", "libelle": "Retrait de la saisine"},
]
SENTENCES = {
    "outcome": "Choisissez une décision.",
    "version": "Cette page n’est plus à jour\u00a0: relisez la séance.",
}
Words = Annotated[str, Text(600, empty=True)]


class Conclusion(Versioned):
    """What the panel says of a case."""

    situation: Key
    outcome: str
    heard: Heard = Heard.NOT_ASKED
    scheme: list[Scheme] = Field(default_factory=list)
    measure: list[Measure] = Field(default_factory=list)
    priority: DecisionPriority = DecisionPriority.NORMAL
    owner: str = ""
    due_on: CivilDate | None = None
    step: StepKind | None = None
    reexamine_on: CivilDate | None = None
    missing: list[MissingItem] = Field(default_factory=list)
    minutes: Annotated[str, Text(2000, empty=True)] = ""
    conditions: Words = ""
    dissent: Words = ""
    reason: Words = ""


def choices(board: Board, workers: Sequence[Referrer]) -> dict[str, Any]:
    """What the form offers."""
    owners = owners_of(workers)
    known = {value for value, _ in owners}
    for member in board.sitting.members:
        value = f"{member.person_id}:{member.organisation_id}"
        if value not in known:
            place = board.organisations.get(member.organisation_id, "")
            owners.append((value, f"{board.names.get(member.person_id, 'Membre')}, {place}"))
    return {
        "decisions": KINDS,
        "dispositifs": options(Scheme, "withheld"),
        "mesures": options(Measure),
        "priorites": options(DecisionPriority),
        "responsables": owners,
        "demarches": options(StepKind),
        "ecoutes": options(Heard),
        "pieces": options(MissingItem),
    }


def owners_of(workers: Sequence[Referrer]) -> list[tuple[str, str]]:
    """Who may follow, for a select."""
    return [
        (f"{each.person_id}:{each.organisation_id}", f"{each.name}, {each.organisation}") for each in workers
    ]


def first_values(line: AgendaLine | None) -> dict[str, object]:
    """What the form holds before anything is typed."""
    if line is None or line.case is None:
        return {}
    case = line.case
    return {
        "situation": case.case_id,
        "version": line.version,
        "owner": f"{case.referrer_id}:{case.organisation_id}",
        "heard": Heard.NOT_ASKED.value,
        "priority": DecisionPriority.NORMAL.value,
    }


def opinion_of(data: Any) -> Opinion:
    """The typed opinion. Raises Refused 422 for a form that no page makes."""
    try:
        outcome = DecisionOutcome(data.outcome)
        person, _, organisation = data.owner.partition(":")
        owner = (UUID(person), UUID(organisation)) if data.owner else None
    except ValueError as error:
        raise Refused("invalid", SENTENCES["outcome"], 422, [_fault("outcome")]) from error
    step = None
    if outcome in FOLLOWED and owner is not None:
        if data.due_on is None:
            text = "Donnez une échéance."
            raise Refused("no_due_date", text, 422, [FieldError("/due_on", "no_due_date", text)])
        step = NextStep(owner[1], data.due_on, owner[0], data.step)
    return Opinion(
        outcome,
        schemes=tuple(dict.fromkeys(data.scheme)) if outcome in FOLLOWED else (),
        measures=tuple(dict.fromkeys(data.measure)) if outcome in FOLLOWED else (),
        priority=data.priority,
        reexamine_on=data.reexamine_on if outcome is DecisionOutcome.REEXAMINE_ON else None,
        step=step,
        reason=data.reason,
    )


async def conclude(tx: Tx, desk: Desk, user: User, commission_id: UUID, form: Form[Conclusion]) -> None:
    """Examines the case if it is not yet, then says what the panel says: one press, one transaction.

    Without quorum only the examination is noted, and the panel's words.
    """
    data = form.data
    sitting = await sittings.load(tx, commission_id)
    item = sitting.item(data.situation) if sitting is not None else None
    version: int | None = data.version
    if item is not None and item.outcome is ItemOutcome.SCHEDULED:
        await examine_case(tx, desk, user, commission_id, data.situation, data.heard, version)
        version = None
    if data.outcome == ADJOURN:
        if data.reexamine_on is None:
            text = "Donnez une date pour le nouvel examen."
            raise Refused("no_date", text, 422, [FieldError("/reexamine_on", "no_date", text)])
        await adjourn_case(
            tx,
            desk,
            user,
            commission_id,
            data.situation,
            data.missing,
            data.reexamine_on,
            data.minutes,
            version,
        )
        return
    texts = Texts(data.minutes, data.conditions, data.dissent)
    await decide_case(tx, desk, user, commission_id, data.situation, opinion_of(data), texts, version)


def _fault(name: str) -> FieldError:
    return FieldError(f"/{name}", "invalid", SENTENCES[name])
