"""One case, for somebody: only what their right contains is even loaded into the answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, select

from cases.domain import rights
from cases.domain.case import Case
from cases.domain.completeness import missing
from cases.domain.file import Agreement, CaseFile, Information, Number, NumberKind, Person, Social
from cases.domain.rights import As, Sight, View, Viewer, sight
from cases.domain.rules import Moment, civil_day
from cases.queries.people import names, organisations
from cases.store import cases, consent, files, history, rules, wordings
from cases.store.history import Line
from cases.store.vault import Vault
from cases.store.wordings import Wording
from cases.tables import CASE_FILE, COMMISSION_KNOWN, SITTING
from contracts.lists import MissingItem
from eventing.db import Tx, run

INSIDERS = frozenset({As.REFERRER, As.AGENT, As.COORDINATOR})
SIAO = frozenset({As.AGENT, As.COORDINATOR})
SITTINGS = (
    select(SITTING.c.commission_id, SITTING.c.starts_at, COMMISSION_KNOWN.c.title)
    .join(COMMISSION_KNOWN, COMMISSION_KNOWN.c.commission_id == SITTING.c.commission_id, isouter=True)
    .where(SITTING.c.commission_id == any_(bindparam("ids", type_=ARRAY(Uuid))))
)
REFERENCES = select(CASE_FILE.c.case_id, CASE_FILE.c.case_ref).where(
    CASE_FILE.c.case_id == any_(bindparam("ids", type_=ARRAY(Uuid))), CASE_FILE.c.protected.is_(False)
)
LANDLORD_SEES = frozenset(
    {"composition", "adults", "minors", "minors_under_3", "resources_monthly", "rent_effort_max"}
    | {"accessible_needed", "schemes_wanted", "communes_wanted", "legal_condition", "priority"}
)
TEXTS = ("housing_wish", "support_in_place", "attempts", "obstacles", "question_text")


@dataclass(frozen=True)
class FileParts:
    """The parts of a file that somebody may see; numbers keep their last four characters only."""

    persons: tuple[Person, ...] = ()
    numbers: tuple[Number, ...] = ()
    social: Social | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    health_support: str = ""


@dataclass(frozen=True)
class CasePage:
    """What may be shown. A part that is not in the right is None or empty, never blanked in a template."""

    case: Case
    version: int
    protected: bool
    viewer: Viewer
    seen: Sight
    at: Moment
    names: Mapping[UUID, str]
    organisations: Mapping[UUID, str]
    file: FileParts = field(default_factory=lambda: FileParts())
    information: Information | None = None
    agreement: Agreement | None = None
    missing: tuple[MissingItem, ...] = ()
    lines: tuple[Line, ...] = ()
    wordings: tuple[Wording, ...] = ()
    commissions: Mapping[UUID, tuple[str, object]] = field(default_factory=dict)
    linked: Mapping[UUID, str] = field(default_factory=dict)
    team: frozenset[UUID] = frozenset()
    audience: frozenset[UUID] = frozenset()

    @property
    def insider(self) -> bool:
        """Its referrer, the SIAO or the coordination."""
        return bool(self.seen.capacities & INSIDERS)

    @property
    def siao(self) -> bool:
        """The SIAO or the coordination."""
        return bool(self.seen.capacities & SIAO)

    @property
    def alone(self) -> bool:
        """Hidden, and known to its referrer only: nobody of the SIAO will ever look at it."""
        return self.insider and self.protected and self.audience <= {self.case.referrer_id}

    def may(self, right: str) -> bool:
        """Whether one of their capacities allows it."""
        return bool(self.seen.capacities & rights.ACTS[right])


async def load(tx: Tx, vault: Vault, viewer: Viewer, case_id: UUID) -> CasePage:
    """The case as that person sees it. Raises Refused 404 when they do not."""
    stored = await cases.load(tx, case_id)
    if stored is None:
        raise rights.unknown_case()
    at = Moment(tx.now, civil_day(tx.now), await rules.load(tx, stored.case.territory))
    seen = sight(viewer, stored.case, stored.guard, at.today, at.rules.provider_sight_days)
    if not seen:
        raise rights.unknown_case()
    case = stored.case
    latest = await files.latest(tx, vault, case_id)
    said = await consent.information(tx, case_id) if seen.capacities & INSIDERS else None
    agreed = await consent.agreement(tx, case_id) if seen.capacities & INSIDERS else None
    lines = tuple(await history.of(tx, case_id)) if View.TIMELINE in seen else ()
    words = await _wordings(tx, vault, case_id, seen)
    given = latest.file if latest else None
    insider = bool(seen.capacities & INSIDERS)
    return CasePage(
        case=case,
        version=stored.version,
        protected=stored.guard.protected,
        viewer=viewer,
        seen=seen,
        at=at,
        names=await names(tx, _people(case, lines, words, stored.guard.team | stored.guard.audience)),
        organisations=await organisations(tx),
        file=parts_of(given, seen),
        information=said,
        agreement=agreed,
        missing=missing(given, agreed, at.today) if given and insider else (),
        lines=lines,
        wordings=words,
        commissions=await _commissions(tx, case),
        linked=await _linked(tx, case) if insider else {},
        team=stored.guard.team if insider else frozenset(),
        audience=stored.guard.audience if insider else frozenset(),
    )


def parts_of(given: CaseFile | None, seen: Sight) -> FileParts:
    """The parts of a file that a right contains."""
    if given is None:
        return FileParts()
    kinds = set(NumberKind) if View.NUMBERS in seen else {NumberKind.NUR} if View.NUR in seen else set()
    told = View.TEXTS in seen
    return FileParts(
        persons=given.persons if View.IDENTITY in seen else (),
        numbers=tuple(
            each.model_copy(update={"value": masked(each.value)})
            for each in given.numbers
            if each.kind in kinds
        ),
        social=_social(given.social, seen),
        texts={n: getattr(given.social, n) for n in TEXTS if getattr(given.social, n)} if told else {},
        health_support=given.social.health_support.value if _health(seen) else "",
    )


def _health(seen: Sight) -> bool:
    return View.HEALTH in seen or View.SOCIAL in seen


def _social(social: Social, seen: Sight) -> Social | None:
    if View.SOCIAL in seen:
        return social.model_copy(update=dict.fromkeys(TEXTS, ""))
    if View.LANDLORD in seen:
        return Social(**{name: getattr(social, name) for name in LANDLORD_SEES})
    return None


def masked(value: str) -> str:
    """« ••••1234 »: the last four characters."""
    text = value.replace(" ", "")
    return "••••" + (text[-4:] if len(text) > 4 else "")


async def _wordings(tx: Tx, vault: Vault, case_id: UUID, seen: Sight) -> tuple[Wording, ...]:
    if View.FOLLOW_UP not in seen and View.TIMELINE not in seen:
        return ()
    found = await wordings.of_case(tx, vault, case_id)
    return tuple(each for each in found if not each.reserved or seen.capacities & SIAO)


def _people(
    case: Case, lines: tuple[Line, ...], words: tuple[Wording, ...], more: frozenset[UUID]
) -> set[UUID | None]:
    authors = {_person(each.actor) for each in lines} | {_person(each.author) for each in words}
    changed = {
        _uuid(change.get(side))
        for each in lines
        for change in each.changes
        for side in ("from", "to")
        if str(change.get("field", "")).endswith("_id")
    }
    steps = {each.owner_id for each in case.steps}
    return {case.referrer_id, case.former_referrer_id, case.presenter_id} | authors | changed | steps | more


def _person(actor: str) -> UUID | None:
    kind, _, text = actor.partition(":")
    return _uuid(text) if kind == "person" else None


def _uuid(text: object) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None


async def _commissions(tx: Tx, case: Case) -> dict[UUID, tuple[str, object]]:
    ids = {each.commission_id for each in case.decisions} | ({case.commission_id} - {None})
    rows = await run(tx, SITTINGS, ids=sorted(each for each in ids if each))
    return {row["commission_id"]: (row["title"] or "Commission", row["starts_at"]) for row in rows}


async def _linked(tx: Tx, case: Case) -> dict[UUID, str]:
    return {row["case_id"]: row["case_ref"] for row in await run(tx, REFERENCES, ids=sorted(case.linked))}
