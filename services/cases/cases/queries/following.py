"""What follows a decision, as one reader sees it: proposals, allocations, steps, who was told, what to do."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from cases.domain import following as rule
from cases.domain.allocating import checks_due, offer_due_on, offer_silent, ready
from cases.domain.case import Allocation, AllocationState, Case, Orientation, OrientationState, Step
from cases.domain.lifecycle import ALLOWED, WHILE_SUSPENDED
from cases.domain.rights import ACTS, OFFICE, Sight, View, Viewer
from cases.domain.rules import Moment, civil_day
from cases.domain.ruling import APPEALABLE, in_force
from cases.domain.stages import refusals_to_rule
from cases.domain.told import TO_TELL
from cases.queries import people, queue
from cases.store import history, wordings
from cases.store.contests import contested_rulings
from cases.store.desk import Desk
from cases.store.history import Line
from cases.store.rules import moment
from contracts.lists import InformedHow, RefusedBy
from eventing.db import Tx

EVENTS: Mapping[str, str] = {
    "case_decided": "Décision de la commission",
    "case_rejected": "Dossier non recevable",
    "case_adjourned": "Complément demandé par la commission",
    "refusal_ruled": "Refus du ménage qualifié",
    "appeal_decided": "Réponse au recours",
    "orientation_proposed": "Proposition",
    "orientation_refused": "Refus d’une proposition",
    "committee_decided": "Décision de la commission d’attribution",
    "allocation_recorded": "Attribution",
    "case_closed": "Dossier clos",
    "case_cancelled": "Dossier annulé",
    "seniority_set": "Ancienneté",
}
"""What may be told, in words."""


@dataclass(frozen=True)
class Act:
    """Something that the reader may do here: words and the end of its address."""

    text: str
    path: str


@dataclass(frozen=True)
class ProposalLine:
    """A proposal, to whom, and what may be done of it."""

    orientation: Orientation
    scheme: str
    provider: str
    overdue: bool
    text: str = ""
    acts: tuple[Act, ...] = ()


@dataclass(frozen=True)
class AllocationLine:
    """An allocation and how far it has come."""

    allocation: Allocation
    provider: str
    offer_due_on: date
    silent: bool
    checks: tuple[int, ...] = ()
    acts: tuple[Act, ...] = ()


@dataclass(frozen=True)
class StepLine:
    """Who does what by when; its words only for who may read them."""

    step: Step
    owner: str
    organisation: str
    text: str = ""
    late: bool = False
    acts: tuple[Act, ...] = ()


@dataclass(frozen=True)
class ToldLine:
    """Something that happened, and who knows of it."""

    event_id: UUID
    words: str
    on: date
    referrer: bool
    household: str = ""
    household_on: date | None = None
    appealable: bool = False


@dataclass(frozen=True)
class FollowUp:
    """Everything that follows the decisions of a case, for one reader."""

    case: Case
    proposals: tuple[ProposalLine, ...] = ()
    allocations: tuple[AllocationLine, ...] = ()
    steps: tuple[StepLine, ...] = ()
    told: tuple[ToldLine, ...] = ()
    to_rule: tuple[UUID, ...] = ()
    readmission_proposed: bool = False
    ruling_in_force: bool = False
    acts: tuple[Act, ...] = field(default=())


async def follow_up(
    tx: Tx, desk: Desk, case: Case, seen: Sight, viewer: Viewer, at: Moment | None = None
) -> FollowUp:
    """What that reader sees of what follows, and may do. Nothing is logged: the page that shows it does."""
    at = at or await moment(tx, case.territory)
    places = await people.organisations(tx)
    texts = await wordings.of_case(tx, desk.vault, case.case_id)
    words = {(each.subject_id, each.kind): each.text for each in texts if not each.reserved}
    office = bool(seen.capacities & OFFICE)
    whole = View.FOLLOW_UP in seen
    lines = await history.of(tx, case.case_id) if whole else []
    may = _May(case, seen)
    owners = await people.names(tx, (each.owner_id for each in case.steps))
    return FollowUp(
        case=case,
        proposals=tuple(
            _proposal(each, places, words, may, at)
            for each in case.orientations
            if whole or each.organisation_id == viewer.organisation_id
        ),
        allocations=tuple(
            _allocation(each, places, may, case, at)
            for each in case.allocations
            if whole or each.organisation_id == viewer.organisation_id
        ),
        steps=tuple(
            _step(each, places, owners, words, may, at)
            for each in case.steps
            if whole or viewer.account_id == each.owner_id or viewer.organisation_id == each.organisation_id
        ),
        told=tuple(told_lines(case, lines)),
        to_rule=tuple(UUID(each) for each in refusals_to_rule(case)) if office else (),
        readmission_proposed=office and rule.readmission_proposed(case, at),
        ruling_in_force=office and in_force(case, await contested_rulings(tx, case), at.today) is not None,
        acts=_general(may),
    )


class _May:
    """Whether an act is of this reader, and of this state."""

    def __init__(self, case: Case, seen: Sight) -> None:
        self.case, self.seen = case, seen

    def __call__(self, act: str, command: str = "") -> bool:
        command = command or act
        return (
            bool(self.seen.capacities & ACTS[act])
            and self.case.state in ALLOWED[command]
            and (not self.case.suspended or command in WHILE_SUSPENDED)
        )


def _proposal(
    each: Orientation,
    places: Mapping[UUID, str],
    words: Mapping[tuple[UUID, str], str],
    may: _May,
    at: Moment,
) -> ProposalLine:
    scheme = words.get((each.orientation_id, "withheld_scheme"), each.scheme.value)
    provider = words.get((each.orientation_id, "withheld_provider"))
    place = UUID(provider) if provider else each.organisation_id
    return ProposalLine(
        orientation=each,
        scheme=type(each.scheme)(scheme).label,
        provider=places.get(place, "Structure non communiquée"),
        overdue=rule.overdue(each, at),
        text=words.get((each.orientation_id, "proposal"), ""),
        acts=tuple(_proposal_acts(each, may, at)),
    )


def _proposal_acts(each: Orientation, may: _May, at: Moment) -> Iterable[Act]:
    base = f"propositions/{each.orientation_id}"
    if each.state is OrientationState.PROPOSED and may("answer_orientation"):
        yield Act("Noter l’acceptation", f"{base}/accepter")
    if each.state is OrientationState.PRE_ADMITTED:
        if may("record_outcome", "record_committee"):
            yield Act("Décision de la commission d’attribution", f"{base}/commission")
        if may("record_outcome", "record_allocation") and ready(each):
            yield Act("Enregistrer l’attribution", f"{base}/attribuer")
    if each.open and may("answer_orientation"):
        yield Act("Noter un refus", f"{base}/refuser")
    if each.open and may("end_orientation"):
        yield Act("Retirer", f"{base}/retirer")
        if rule.overdue(each, at):
            yield Act("Clore sans réponse", f"{base}/clore")


def _allocation(
    each: Allocation, places: Mapping[UUID, str], may: _May, case: Case, at: Moment
) -> AllocationLine:
    due = tuple(month for one, month in checks_due(case, at.today) if one == each)
    return AllocationLine(
        allocation=each,
        provider=places.get(each.organisation_id, "Structure non communiquée"),
        offer_due_on=offer_due_on(each, at.rules),
        silent=offer_silent(each, at),
        checks=due,
        acts=tuple(_allocation_acts(each, may, due)),
    )


def _allocation_acts(each: Allocation, may: _May, due: tuple[int, ...]) -> Iterable[Act]:
    base = f"attributions/{each.allocation_id}"
    recorded = each.state is AllocationState.RECORDED
    if recorded and each.answer is None and may("record_outcome", "answer_offer"):
        yield Act("Réponse du ménage", f"{base}/reponse")
    if recorded and may("record_outcome", "sign_lease"):
        yield Act("Bail signé", f"{base}/bail")
    if each.state in (AllocationState.RECORDED, AllocationState.LEASED):
        if may("record_outcome", "enter"):
            yield Act("Entrée dans les lieux", f"{base}/entree")
        if may("record_outcome", "cancel_allocation"):
            yield Act("Annuler l’attribution", f"{base}/annuler")
    if each.alive and may("correct_allocation"):
        yield Act("Corriger", f"{base}/corriger")
    if due and may("record_outcome", "check_tenancy"):
        yield Act(f"Point à {due[0]} mois", f"{base}/point")


def _step(
    each: Step,
    places: Mapping[UUID, str],
    owners: Mapping[UUID, str],
    words: Mapping[tuple[UUID, str], str],
    may: _May,
    at: Moment,
) -> StepLine:
    acts = []
    if each.result is None and may("close_step"):
        acts.append(Act("Noter ce qui a été fait", f"demarches/{each.step_id}/clore"))
    return StepLine(
        step=each,
        owner=owners.get(each.owner_id, "") if each.owner_id else "",
        organisation=places.get(each.organisation_id, "Structure non communiquée"),
        text=words.get((each.step_id, "step"), ""),
        late=each.result is None and each.due_on < at.today,
        acts=tuple(acts),
    )


def told_lines(case: Case, lines: Iterable[Line]) -> Iterable[ToldLine]:
    """What may be told of the case, newest first, with who knows of it."""
    known = list(lines)
    households: dict[str, tuple[str, date]] = {}
    for line in reversed(known):
        if line.kind == "household_informed":
            how, on = InformedHow(line.fact["how"]).label, date.fromisoformat(line.fact["informed_on"])
            households[line.fact["about"]] = (how, on)
    for line in known:
        if line.kind not in TO_TELL or line.event_id is None:
            continue
        if line.kind == "seniority_set" and line.fact.get("cause") == "first_transmission":
            continue
        how, told_on = households.get(str(line.event_id), ("", None))
        yield ToldLine(
            line.event_id,
            EVENTS[line.kind],
            civil_day(line.at),
            line.event_id in case.referrer_informed,
            how,
            told_on,
            line.kind in APPEALABLE,
        )


def _general(may: _May) -> tuple[Act, ...]:
    offered = (
        ("propose", "", Act("Proposer à une structure", "proposer")),
        ("propose", "record_allocation", Act("Attribution hors proposition", "attribuer")),
        ("assign_step", "", Act("Confier une démarche", "demarches/nouvelle")),
        ("inform_household", "", Act("Noter que le ménage est informé", "informer")),
        ("lodge_appeal", "", Act("Enregistrer un recours", "recours")),
        ("readmit", "", Act("Renvoyer en commission", "reexaminer")),
    )
    return tuple(act for right, command, act in offered if may(right, command))


@dataclass(frozen=True)
class OpenProposal:
    """A proposal that waits for the reader's own organisation."""

    row: queue.Row
    orientation: Orientation
    overdue: bool


async def proposals_to(tx: Tx, viewer: Viewer, at: Moment) -> list[OpenProposal]:
    """Open proposals to that person's organisation, the most pressing first. The list is what is counted."""
    found = await queue.load(tx, viewer, at)
    open_ones = [
        OpenProposal(row, each, rule.overdue(each, at))
        for row in found.rows
        for each in row.case.open_orientations
        if each.organisation_id == viewer.organisation_id and each.organisation_id is not None
    ]
    return sorted(open_ones, key=lambda one: (one.orientation.answer_due_at, one.row.case.case_ref))


@dataclass(frozen=True)
class Refusals:
    """Refusals by one provider over a year, by ground (users U51)."""

    provider: str
    answered: int
    refused: int
    grounds: tuple[tuple[str, int], ...]


async def refusals_of_the_year(tx: Tx, viewer: Viewer, at: Moment) -> list[Refusals]:
    """What each provider answered in the last twelve months: all for the SIAO, one's own for a provider."""
    found = await queue.load(tx, viewer, at)
    since = at.today - timedelta(days=365)
    answered: Counter[UUID] = Counter()
    grounds: dict[UUID, Counter[str]] = {}
    for row in found.rows:
        office = bool(row.seen.capacities & OFFICE)
        for each in row.case.orientations:
            own = each.organisation_id == viewer.organisation_id
            if each.answered_on is None or each.answered_on < since or not (office or own):
                continue
            answered[each.organisation_id] += 1
            if each.refused_by is RefusedBy.PROVIDER and each.reason_group is not None:
                grounds.setdefault(each.organisation_id, Counter())[each.reason_group.label] += 1
    return sorted(
        (
            Refusals(
                found.organisations.get(place, "Structure non communiquée"),
                count,
                grounds.get(place, Counter()).total(),
                tuple(grounds.get(place, Counter()).most_common()),
            )
            for place, count in answered.items()
        ),
        key=lambda each: (-each.refused, each.provider),
    )
