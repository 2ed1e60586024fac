"""Who sees what of a case, and who may do what: one table, asked by every page and command.

Sight comes from facts: being its referrer, named to the panel that examines it, an open proposal to one's
organisation; a role of the territory for the SIAO and the coordination. Never from a registration.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from cases.domain.case import Case, Orientation, OrientationState
from contracts.lists import Pack, Role, Scheme
from contracts.refusal import Refused


class As(StrEnum):
    """In what capacity somebody deals with a case."""

    REFERRER = "referrer"
    MEMBER = "member"
    PROVIDER = "provider"
    AGENT = "agent"
    COORDINATOR = "coordinator"
    CHAIR = "chair"
    OFFICER = "officer"
    PARTNER = "partner"


class View(StrEnum):
    """The parts of a case that may be shown."""

    REFERENCE = "reference"
    SOCIAL = "social"
    LANDLORD = "landlord"
    """What a landlord needs: composition, resources, rent, dates; no text."""
    HEALTH = "health"
    """Whether a health support is needed, yes or no."""
    IDENTITY = "identity"
    NUR = "nur"
    NUMBERS = "numbers"
    TEXTS = "texts"
    TIMELINE = "timeline"
    FOLLOW_UP = "follow_up"


@dataclass(frozen=True)
class Seating:
    """A seat on a panel, while the agenda is published and the minutes are not approved."""

    commission_id: UUID
    pack: Pack
    voting: bool
    sees_cases: bool


@dataclass(frozen=True)
class Viewer:
    """Somebody signed in, with what gives sight in this territory."""

    account_id: UUID
    territory: str
    organisation_id: UUID | None = None
    roles: frozenset[Role] = frozenset()
    seats: Mapping[UUID, Seating] = field(default_factory=dict)
    recused: frozenset[UUID] = frozenset()
    """Cases that this person declared a recusal for."""
    partner_id: UUID | None = None

    def has(self, *roles: Role) -> bool:
        """Whether one of the roles is held in this territory."""
        return any(role in self.roles for role in roles)

    @property
    def actor(self) -> str:
        """The author written beside what is done."""
        return f"person:{self.account_id}"


@dataclass(frozen=True)
class Guard:
    """What this service keeps beside a case about who may see it."""

    protected: bool = False
    audience: frozenset[UUID] = frozenset()
    """Persons who alone see a protected file."""
    team: frozenset[UUID] = frozenset()
    """Colleagues of the referrer who follow the case too."""
    partners: frozenset[UUID] = frozenset()
    """Partners whose software submitted it."""
    agenda_open: bool = False
    """Its agenda is published and the minutes of its last sitting are not approved."""
    last_commission_id: UUID | None = None
    refused: frozenset[Pack] = frozenset()
    """Packs that the household did not agree to: their members see the reference alone (users U16)."""


@dataclass(frozen=True)
class Sight:
    """What somebody sees of a case, and in what capacity."""

    views: frozenset[View] = frozenset()
    capacities: frozenset[As] = frozenset()

    def __contains__(self, view: View) -> bool:
        return view in self.views

    def __bool__(self) -> bool:
        return bool(self.views)


EVERYTHING = frozenset(View)
PACKS: Mapping[Pack, frozenset[View]] = {
    Pack.FULL: frozenset({View.REFERENCE, View.SOCIAL, View.TEXTS, View.LANDLORD, View.HEALTH}),
    Pack.SOCIAL: frozenset({View.REFERENCE, View.SOCIAL, View.TEXTS, View.LANDLORD}),
    Pack.LANDLORD: frozenset({View.REFERENCE, View.LANDLORD}),
    Pack.HEALTH_YES_NO: frozenset({View.REFERENCE, View.HEALTH}),
    Pack.UNKNOWN: frozenset({View.REFERENCE}),
}
WITHOUT_SIGHT = frozenset({Role.ORG_ADMIN, Role.STATE, Role.OPERATOR, Role.DATA_OFFICER})
"""Who has no more than these sees no case, were it proposed to their own organisation (users U42)."""
LANDLORD_SCHEMES = frozenset({Scheme.SOCIAL_HOUSING, Scheme.PRIVATE_RENTAL, Scheme.IML_MANDATE})


def sight(viewer: Viewer, case: Case, guard: Guard, today: date, provider_days: int = 30) -> Sight:
    """What that person sees of that case today; nothing for somebody recused or of another territory."""
    if case.territory != viewer.territory or case.case_id in viewer.recused:
        return Sight()
    if guard.protected and viewer.account_id not in guard.audience:
        return Sight()
    views: set[View] = set()
    capacities: set[As] = set()

    def grant(capacity: As, *granted: frozenset[View]) -> None:
        capacities.add(capacity)
        views.update(*granted)

    for capacity, holds in (
        (As.COORDINATOR, viewer.has(Role.COORDINATOR)),
        (As.AGENT, viewer.has(Role.SIAO_AGENT)),
        (As.REFERRER, viewer.has(Role.REFERRER) and _follows(viewer, case, guard, today)),
    ):
        if holds:
            grant(capacity, EVERYTHING)
    seat = _seat(viewer, case, guard)
    if seat is not None:
        grant(As.MEMBER, PACKS[Pack.UNKNOWN if seat.pack in guard.refused else seat.pack])
    if viewer.has(Role.CHAIR) and guard.agenda_open:
        grant(As.CHAIR, PACKS[Pack.FULL], frozenset({View.FOLLOW_UP}))
    for accepted, scheme in _proposals(viewer, case, today, provider_days):
        pack = Pack.LANDLORD if scheme in LANDLORD_SCHEMES else Pack.SOCIAL
        named = frozenset({View.IDENTITY, View.NUR}) if accepted else frozenset[View]()
        grant(As.PROVIDER, PACKS[pack], named)
    if viewer.partner_id is not None and _partners_own(viewer, case, guard):
        grant(As.PARTNER, frozenset({View.REFERENCE, View.SOCIAL, View.IDENTITY, View.NUR, View.FOLLOW_UP}))
    return Sight(frozenset(views), frozenset(capacities))


def _partners_own(viewer: Viewer, case: Case, guard: Guard) -> bool:
    """A case that its software sent or its organisation follows; not one transferred away (users U46)."""
    organisation = viewer.organisation_id
    if organisation is not None and organisation == case.organisation_id:
        return True
    given_away = organisation is not None and organisation == case.former_organisation_id
    return viewer.partner_id in guard.partners and not given_away


def _follows(viewer: Viewer, case: Case, guard: Guard, today: date) -> bool:
    if (
        viewer.account_id in (case.referrer_id, *guard.team)
        and viewer.organisation_id == case.organisation_id
    ):
        return True
    former = case.former_until is not None and today <= case.former_until
    return former and viewer.account_id == case.former_referrer_id


def _seat(viewer: Viewer, case: Case, guard: Guard) -> Seating | None:
    if not guard.agenda_open:
        return None
    commission_id = case.commission_id or guard.last_commission_id
    seat = viewer.seats.get(commission_id) if commission_id else None
    return seat if seat is not None and seat.sees_cases else None


def _proposals(viewer: Viewer, case: Case, today: date, days: int) -> list[tuple[bool, Scheme]]:
    if viewer.organisation_id is None or (viewer.roles and viewer.roles <= WITHOUT_SIGHT):
        return []
    return [
        (each.state in (OrientationState.PRE_ADMITTED, OrientationState.FULFILLED), each.scheme)
        for each in case.orientations
        if each.organisation_id == viewer.organisation_id and _awaits(case, each, today, days)
    ]


def _awaits(case: Case, each: Orientation, today: date, days: int) -> bool:
    """Open, or housing the household until it enters; then for so many days more (users U7)."""
    held = case.allocation
    if held is not None and held.orientation_id == each.orientation_id:
        return held.entered_on is None or today <= held.entered_on + timedelta(days=days)
    return each.open or (each.ended_on is not None and today <= each.ended_on + timedelta(days=days))


OFFICE = frozenset({As.AGENT, As.COORDINATOR})
"""Those who act for the SIAO, and in the name of those who have no account here."""
ACTS: Mapping[str, frozenset[As]] = {
    "edit_file": frozenset({As.REFERRER, As.AGENT, As.COORDINATOR}),
    "complete": frozenset({As.REFERRER, As.AGENT, As.COORDINATOR}),
    "ask_completion": frozenset({As.AGENT, As.COORDINATOR}),
    "reject": frozenset({As.AGENT, As.COORDINATOR}),
    "admit": frozenset({As.AGENT, As.COORDINATOR}),
    "schedule": frozenset({As.AGENT, As.COORDINATOR}),
    "postpone": frozenset({As.AGENT, As.COORDINATOR}),
    "recuse": frozenset({As.REFERRER, As.MEMBER, As.AGENT, As.COORDINATOR, As.CHAIR}),
    "give_opinion": frozenset({As.MEMBER, As.AGENT, As.COORDINATOR, As.CHAIR}),
    "decide": frozenset({As.AGENT, As.COORDINATOR, As.CHAIR}),
    "correct_decision": frozenset({As.COORDINATOR}),
    "ask_correction": frozenset({As.REFERRER, As.MEMBER, As.PROVIDER, As.AGENT, As.COORDINATOR}),
    "propose": frozenset({As.AGENT, As.COORDINATOR}),
    "end_orientation": frozenset({As.AGENT, As.COORDINATOR}),
    "answer_orientation": frozenset({As.PROVIDER, As.AGENT, As.COORDINATOR}),
    "record_outcome": frozenset({As.PROVIDER, As.AGENT, As.COORDINATOR}),
    "correct_allocation": frozenset({As.AGENT, As.COORDINATOR}),
    "rule_refusal": frozenset({As.AGENT, As.COORDINATOR}),
    "lodge_appeal": frozenset({As.REFERRER, As.AGENT, As.COORDINATOR}),
    "decide_appeal": frozenset({As.COORDINATOR, As.CHAIR}),
    "inform_household": frozenset({As.REFERRER, As.AGENT, As.COORDINATOR}),
    "record_agreement": frozenset({As.REFERRER, As.AGENT, As.COORDINATOR}),
    "transfer": frozenset({As.REFERRER, As.AGENT, As.COORDINATOR}),
    "assign_step": frozenset({As.AGENT, As.COORDINATOR}),
    "close_step": frozenset({As.REFERRER, As.PROVIDER, As.AGENT, As.COORDINATOR}),
    "readmit": frozenset({As.AGENT, As.COORDINATOR}),
    "suspend": frozenset({As.AGENT, As.COORDINATOR}),
    "cancel": frozenset({As.REFERRER, As.AGENT, As.COORDINATOR}),
    "reactivate": frozenset({As.REFERRER, As.AGENT, As.COORDINATOR}),
    "close": frozenset({As.AGENT, As.COORDINATOR}),
    "reopen": frozenset({As.AGENT, As.COORDINATOR}),
    "correct_seniority": frozenset({As.AGENT, As.COORDINATOR}),
    "link": frozenset({As.AGENT, As.COORDINATOR}),
    "protect": frozenset({As.REFERRER, As.AGENT, As.COORDINATOR}),
    "unmask": frozenset({As.REFERRER, As.AGENT, As.COORDINATOR, As.PROVIDER}),
    "note": frozenset({As.REFERRER, As.AGENT, As.COORDINATOR}),
}
"""What a capacity on a case allows (contracts 6)."""
NO_SUCH_CASE = "Ce dossier n’existe pas, ou ne vous est pas ouvert."


def unknown_case() -> Refused:
    """The one answer for a case that does not exist and for one that may not be seen."""
    return Refused("unknown_case", NO_SUCH_CASE, 404)


def require(seen: Sight, act: str) -> None:
    """Raises Refused 404 without sight, 403 when that capacity does not allow the act."""
    if not seen:
        raise unknown_case()
    if not seen.capacities & ACTS[act]:
        raise Refused(
            "forbidden",
            "Vous voyez ce dossier, mais cette action revient à d’autres. Rien n’a été changé.",
            403,
        )
