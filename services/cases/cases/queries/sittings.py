"""Sittings as somebody sees them: lines of an agenda cut to their sight, the case in hand, what members said.

A protected file is « situation réservée » for whoever is not named in it; a recused person has a line that
says so and nothing else (users U19, U44).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, select

from cases.domain.case import Case
from cases.domain.panel import voters
from cases.domain.rights import Sight, View, Viewer, sight
from cases.domain.rules import Moment, civil_day
from cases.domain.sitting import Item, ItemOutcome, Member, Sitting, SittingState
from cases.queries import queue
from cases.queries.people import Names, names, organisations
from cases.queries.queue import Row
from cases.store import cases, consent, files, opinions, sittings, wordings
from cases.store.opinions import MemberOpinion
from cases.store.vault import Vault
from cases.tables import AGENDA_ITEM, CASE_FILE, COMMISSION_KNOWN, SITTING
from contracts.lists import CaseState, Role
from eventing.db import Tx, run, run_one
from webui.french import nombre, quantite

SEEN = (SittingState.PUBLISHED, SittingState.OPENED, SittingState.CLOSED)
STAFF = (Role.COORDINATOR, Role.SIAO_AGENT, Role.CHAIR)
MINUTES_SEEN_DAYS = 31
"""How long members still read the main part once it is approved."""
KNOWN = select(COMMISSION_KNOWN).where(COMMISSION_KNOWN.c.commission_id == bindparam("id"))
ALL = (
    select(SITTING.c.commission_id, COMMISSION_KNOWN.c.title)
    .join(COMMISSION_KNOWN, COMMISSION_KNOWN.c.commission_id == SITTING.c.commission_id, isouter=True)
    .where(SITTING.c.territory == bindparam("territory"), SITTING.c.has_panel.is_(True))
    .order_by(SITTING.c.starts_at.desc())
    .limit(100)
)
ANY_PANEL = (
    select(SITTING.c.commission_id)
    .where(SITTING.c.territory == bindparam("territory"), SITTING.c.has_panel.is_(True))
    .limit(1)
)
VERSIONS = (
    select(CASE_FILE.c.version)
    .join(AGENDA_ITEM, AGENDA_ITEM.c.case_id == CASE_FILE.c.case_id)
    .where(AGENDA_ITEM.c.commission_id == bindparam("id"))
)
UNTITLED = "Commission"


@dataclass(frozen=True)
class Listed:
    """A sitting in a list."""

    sitting: Sitting
    title: str
    mine: bool


@dataclass(frozen=True)
class AgendaLine:
    """A case on an agenda, for somebody. `case` is None when it is reserved, or they are recused."""

    item: Item
    case: Case | None
    seen: Sight
    version: int
    reserved: bool
    recused: bool
    organisation: str
    presenter: str
    starts_at: datetime
    recusals: int
    protected: bool = False

    @property
    def reference(self) -> str:
        """What names the line."""
        if self.reserved:
            return "Situation réservée"
        return self.case.case_ref if self.case is not None else "Vous êtes en retrait"


@dataclass(frozen=True)
class Board:
    """A sitting for somebody: its lines, who sits, what they may do."""

    sitting: Sitting
    title: str
    place: str
    viewer: Viewer
    lines: Sequence[AgendaLine]
    names: Names
    organisations: Names
    today: date
    mark: str
    """The moment shown: read before the rest, so that the page is never older than it says."""

    @property
    def staff(self) -> bool:
        """The SIAO, the coordination, the chair."""
        return self.viewer.has(*STAFF)

    @property
    def office(self) -> bool:
        """Who prepares agendas."""
        return self.viewer.has(Role.COORDINATOR, Role.SIAO_AGENT)

    @property
    def chairs(self) -> bool:
        """Who opens and closes."""
        return self.viewer.has(Role.COORDINATOR, Role.CHAIR)

    @property
    def current(self) -> AgendaLine | None:
        """The line of the case in hand."""
        return self.line(self.sitting.current_case_id)

    def line(self, case_id: UUID | None) -> AgendaLine | None:
        """The line of that case."""
        return next((each for each in self.lines if each.item.case_id == case_id), None)

    @property
    def examined(self) -> int:
        """Cases that have had their turn."""
        return sum(each.item.outcome is not ItemOutcome.SCHEDULED for each in self.lines)

    @property
    def voters(self) -> int:
        """Voting members present."""
        return voters(self.sitting)

    @property
    def voting(self) -> int:
        """Voting members named."""
        return sum(each.voting and each.substitute_of is None for each in self.sitting.members)

    @property
    def minutes_left(self) -> int | None:
        """Minutes that the agenda may still take."""
        total = self.sitting.minutes_for_cases
        return None if total is None else total - self.sitting.minutes_taken

    @property
    def ends_at(self) -> datetime:
        """When it ends if each case takes its minutes."""
        return (self.sitting.opened_at or self.sitting.starts_at) + timedelta(
            minutes=self.sitting.minutes_taken
        )

    def present(self) -> list[Member]:
        """Members, those who are there first."""
        return sorted(
            self.sitting.members, key=lambda each: (not each.present, self.names.get(each.person_id, ""))
        )


@dataclass(frozen=True)
class Hand:
    """The case in hand, cut to what the viewer sees."""

    line: AgendaLine
    facts: Sequence[tuple[str, str]]
    question: str
    tried: str
    wish: str
    text: str
    opinions: Sequence[MemberOpinion]
    asked: int
    received: int


async def has_panel(tx: Tx, territory: str) -> bool:
    """Whether this territory ever examines cases: without it, no menu (users U55)."""
    return await run_one(tx, ANY_PANEL, territory=territory) is not None


def may_see(viewer: Viewer, sitting: Sitting, now: datetime) -> bool:
    """Staff of the territory; a member named, from the published agenda to a month after the minutes."""
    if sitting.territory != viewer.territory or not sitting.has_panel:
        return False
    if viewer.has(*STAFF):
        return True
    if sitting.commission_id not in viewer.seats:
        return False
    if sitting.state is SittingState.APPROVED:
        assert sitting.approved_at is not None
        return now <= sitting.approved_at + timedelta(days=MINUTES_SEEN_DAYS)
    return sitting.state in SEEN


async def title_of(tx: Tx, commission_id: UUID) -> str:
    """What a commission is called."""
    known = await run_one(tx, KNOWN, id=commission_id)
    return known["title"] if known else UNTITLED


async def mark(tx: Tx, viewer: Viewer, sitting: Sitting) -> str:
    """What moves when the sitting, or that person's sight of it, has: no content in it."""
    versions = [row["version"] for row in await run(tx, VERSIONS, id=sitting.commission_id)]
    closed = sum(each.case_id in viewer.recused for each in sitting.items)
    return f"{sitting.version}.{sum(versions)}.{closed}"


async def listed(tx: Tx, viewer: Viewer, now: datetime) -> list[Listed]:
    """The sittings that somebody may open, newest first."""
    found = []
    for row in await run(tx, ALL, territory=viewer.territory):
        if not viewer.has(*STAFF) and row["commission_id"] not in viewer.seats:
            continue
        sitting = await sittings.load(tx, row["commission_id"])
        if sitting is not None and may_see(viewer, sitting, now):
            mine = sitting.commission_id in viewer.seats
            found.append(Listed(sitting, row["title"] or UNTITLED, mine))
    return found


async def board(tx: Tx, viewer: Viewer, commission_id: UUID, at: Moment) -> Board | None:
    """The sitting for that person, None when it is not theirs to see."""
    sitting = await sittings.load(tx, commission_id)
    if sitting is None or not may_see(viewer, sitting, at.now):
        return None
    shown = await mark(tx, viewer, sitting)
    known = await run_one(tx, KNOWN, id=commission_id)
    people = [each.person_id for each in sitting.members]
    people += [each.presenter_id for each in sitting.items if each.presenter_id is not None]
    named = await names(tx, people)
    places = await organisations(tx)
    lines = []
    starts = sitting.opened_at or sitting.starts_at
    for item in sorted(sitting.items, key=lambda each: each.item):
        lines.append(await _line(tx, viewer, sitting, item, at, named, places, starts))
        if item.outcome is not ItemOutcome.POSTPONED:
            starts += timedelta(minutes=item.minutes)
    return Board(
        sitting,
        known["title"] if known else UNTITLED,
        (known["place"] if known else "") or "",
        viewer,
        lines,
        named,
        places,
        at.today,
        shown,
    )


async def _line(
    tx: Tx,
    viewer: Viewer,
    sitting: Sitting,
    item: Item,
    at: Moment,
    named: Names,
    places: Names,
    starts: datetime,
) -> AgendaLine:
    stored = await cases.load(tx, item.case_id)
    recused = item.case_id in viewer.recused
    recusals = sum(each.case_id == item.case_id for each in sitting.recusals)
    if stored is None:
        return AgendaLine(item, None, Sight(), 0, True, False, "", "", starts, recusals, True)
    guard = stored.guard
    reserved = guard.protected and viewer.account_id not in guard.audience
    if reserved or recused:
        hidden = AgendaLine(
            item, None, Sight(), stored.version, reserved, not reserved, "", "", starts, recusals
        )
        return replace(hidden, protected=guard.protected)
    seen = sight(viewer, stored.case, guard, at.today, at.rules.provider_sight_days)
    presenter = named.get(item.presenter_id, "") if item.presenter_id is not None else ""
    organisation = places.get(stored.case.organisation_id, "")
    return AgendaLine(
        item,
        stored.case,
        seen,
        stored.version,
        False,
        False,
        organisation,
        presenter,
        starts,
        recusals,
        guard.protected,
    )


async def candidates(tx: Tx, viewer: Viewer, sitting: Sitting, at: Moment) -> list[tuple[Row, list[str]]]:
    """Admissible cases, oldest right first, with why each may come now or not."""
    day = civil_day(sitting.starts_at)
    found = []
    taken_back = await consent.withdrawn(tx)
    for row in (await queue.load(tx, viewer, at)).rows:
        if row.case.state is not CaseState.ADMISSIBLE or row.case.suspended:
            continue
        why = [each.label for each in row.case.priority]
        if row.case.passages:
            why.append(f"déjà examinée {row.case.passages} fois")
        if row.case.case_id in taken_back:
            why.append("accord retiré")
        if row.case.not_before_on is not None and row.case.not_before_on > day:
            why.append("renvoyée à plus tard")
        found.append((row, why))
    return found


async def in_hand(tx: Tx, vault: Vault, board: Board, line: AgendaLine) -> Hand | None:
    """The case of that line, cut to the viewer's sight; None when they see nothing of it."""
    if line.case is None or View.REFERENCE not in line.seen:
        return None
    case, sitting = line.case, board.sitting
    version = await files.latest(tx, vault, case.case_id)
    social = version.file.social if version is not None else None
    facts: list[tuple[str, str]] = []
    question = tried = wish = ""
    if View.LANDLORD in line.seen:
        facts.append(("Ménage", _members(case)))
        if social is not None and social.resources_monthly is not None:
            facts.append(("Ressources", f"{nombre(social.resources_monthly)}\u00a0€ par mois"))
        if social is not None and social.rent_effort_max is not None:
            facts.append(("Loyer possible", f"{nombre(social.rent_effort_max)}\u00a0€ par mois"))
        if case.seniority_from is not None:
            facts.append(("Ancienneté", quantite((board.today - case.seniority_from).days, "jour")))
    if View.SOCIAL in line.seen:
        facts.insert(0, ("Situation", case.situation_group.label))
        facts += [("Priorité", each.label) for each in case.priority]
    if View.HEALTH in line.seen and social is not None:
        facts.append(("Accompagnement santé nécessaire", social.health_support.label))
    if View.TEXTS in line.seen and social is not None:
        question, tried, wish = social.question_text, social.attempts, social.housing_wish
    given = await opinions.of_case(tx, vault, sitting.commission_id, case.case_id)
    said = await wordings.of_case(tx, vault, case.case_id) if board.staff else []
    texts = [e.text for e in said if e.kind == "minutes" and e.subject_id == sitting.commission_id]
    recused = {each.person_id for each in sitting.recusals if each.case_id == case.case_id}
    return Hand(
        line,
        facts,
        question or case.question.label,
        tried,
        wish,
        texts[-1] if texts else "",
        readable(board, given, texts=View.TEXTS in line.seen),
        sum(each.voting and each.person_id not in recused for each in sitting.members),
        len(given),
    )


def _members(case: Case) -> str:
    parts = (quantite(case.adults, "adulte"), quantite(case.minors, "enfant") if case.minors else "")
    return ", ".join(part for part in parts if part)


def readable(board: Board, given: Sequence[MemberOpinion], *, texts: bool = True) -> list[MemberOpinion]:
    """Opinions that the viewer may read: one's own, shared ones; confidential ones by the chair alone.

    Without `texts`, the words of others are left out: a landlord's pack holds no text.
    """
    return [
        each if texts or each.person_id == board.viewer.account_id else replace(each, text="")
        for each in given
        if not each.confidential or board.chairs or each.person_id == board.viewer.account_id
    ]
