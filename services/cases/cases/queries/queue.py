"""Cases that somebody sees, each in one queue, filtered by an address: the list and its counts are one."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, or_, select

from cases.domain.case import Case
from cases.domain.reference import read_reference
from cases.domain.rights import Guard, Sight, View, Viewer, sight
from cases.domain.rules import Moment
from cases.domain.stages import Around, Mark, Stage, marks, stage
from cases.queries.people import Names, gone, names, organisations
from cases.store.cases import open_agendas, stored_of
from cases.store.duplicates import suspected
from cases.tables import CASE_FILE
from contracts.lists import Role
from eventing.db import Tx, run

PAGE = 50
NEW_DAYS = 7
_VISIBLE = select(CASE_FILE).where(
    CASE_FILE.c.territory == bindparam("territory"),
    or_(CASE_FILE.c.protected.is_(False), bindparam("viewer", type_=Uuid) == any_(CASE_FILE.c.audience)),
)
EVERY = _VISIBLE
THEIRS = _VISIBLE.where(
    or_(
        CASE_FILE.c.referrer_id == bindparam("viewer", type_=Uuid),
        bindparam("viewer", type_=Uuid) == any_(CASE_FILE.c.team),
        CASE_FILE.c.document["former_referrer_id"].astext == bindparam("viewer_text"),
        bindparam("organisation", type_=Uuid) == any_(CASE_FILE.c.providers),
        CASE_FILE.c.last_commission_id == any_(bindparam("seats", type_=ARRAY(Uuid))),
    )
)
SEATED = (Role.SIAO_AGENT, Role.COORDINATOR, Role.CHAIR)


@dataclass(frozen=True)
class Row:
    """A case in a list, for somebody: what they see of it, its queue, what must not be forgotten."""

    case: Case
    version: int
    guard: Guard
    seen: Sight
    stage: Stage
    marks: tuple[Mark, ...]
    referrer: str
    organisation: str
    rank: int = 0

    @property
    def age(self) -> date:
        """The date that ranks."""
        return self.case.seniority_from or self.case.submitted_on

    @property
    def whole(self) -> bool:
        """Whether more than its reference is seen: who the household is made of, what gives it priority."""
        return View.LANDLORD in self.seen or View.SOCIAL in self.seen


@dataclass(frozen=True)
class Filter:
    """What the address says to show."""

    stage: Stage | None = None
    q: str = ""
    composition: str = ""
    question: str = ""
    organisation: str = ""
    priority: str = ""
    mark: Mark | None = None

    @property
    def active(self) -> bool:
        """Whether more than a queue is asked for."""
        return any((self.q, self.composition, self.question, self.organisation, self.priority, self.mark))

    def keeps(self, row: Row) -> bool:
        """Whether that line is shown."""
        case = row.case
        return (
            self.stage in (None, row.stage)
            and (self.mark is None or self.mark in row.marks)
            and (row.whole or not (self.composition or self.priority))
            and self.composition in ("", case.composition)
            and self.question in ("", case.question)
            and self.organisation in ("", str(case.organisation_id))
            and (not self.priority or self.priority in case.priority)
            and self._found(row)
        )

    def _found(self, row: Row) -> bool:
        if not self.q:
            return True
        reference = read_reference(self.q)
        words = f"{row.case.case_ref} {row.referrer} {row.organisation}".casefold()
        return row.case.case_ref == reference if reference else self.q.casefold() in words


@dataclass(frozen=True)
class Queue:
    """Every case that somebody sees, oldest right first."""

    rows: Sequence[Row]
    names: Names
    organisations: Names
    counts: Mapping[Stage, int] = field(default_factory=dict)
    mark_counts: Mapping[Mark, int] = field(default_factory=dict)

    def kept(self, wanted: Filter) -> list[Row]:
        """The lines of a filter, in their order."""
        return [row for row in self.rows if wanted.keeps(row)]


async def load(tx: Tx, viewer: Viewer, at: Moment) -> Queue:
    """What that person sees, counted by queue."""
    statement = EVERY if viewer.has(*SEATED) else THEIRS
    values = {"territory": viewer.territory, "viewer": viewer.account_id}
    if statement is THEIRS:
        values |= {
            "viewer_text": str(viewer.account_id),
            "organisation": viewer.organisation_id,
            "seats": sorted(viewer.seats),
        }
    agendas = await open_agendas(tx)
    found = []
    for line in await run(tx, statement, **values):
        place = (line["case_id"], line["last_commission_id"])
        stored = stored_of(line, place in agendas, agendas.get(place, frozenset()))
        seen = sight(viewer, stored.case, stored.guard, at.today, at.rules.provider_sight_days)
        if seen:
            found.append((stored.case, stored.version, stored.guard, seen))
    return await _queue(tx, viewer, at, found)


async def _queue(
    tx: Tx, viewer: Viewer, at: Moment, found: Iterable[tuple[Case, int, Guard, Sight]]
) -> Queue:
    seen = list(found)
    known = await names(tx, (case.referrer_id for case, *_ in seen))
    places = await organisations(tx)
    left = await gone(tx, (case.referrer_id for case, *_ in seen))
    doubles = await suspected(tx) if viewer.has(Role.SIAO_AGENT, Role.COORDINATOR) else frozenset()
    rows = []
    for case, version, guard, sees in seen:
        around = Around(
            now=at.now,
            today=at.today,
            referrer_active=case.referrer_id not in left,
            duplicate=case.case_id in doubles,
            new=_new(case, viewer.account_id, at.today),
            organisation_id=viewer.organisation_id,
            whole=View.FOLLOW_UP in sees,
        )
        rows.append(
            Row(
                case,
                version,
                guard,
                sees,
                stage(case),
                marks(case, around),
                known.get(case.referrer_id, ""),
                places.get(case.organisation_id, ""),
            )
        )
    rows.sort(key=lambda row: (row.age, row.case.submitted_on, row.case.case_ref))
    ranked, rank = [], 0
    for row in rows:
        rank += row.stage is Stage.TO_SCHEDULE
        ranked.append(_ranked(row, rank) if row.stage is Stage.TO_SCHEDULE else row)
    return Queue(
        ranked,
        known,
        places,
        Counter(row.stage for row in ranked),
        Counter(mark for row in ranked for mark in row.marks),
    )


def _ranked(row: Row, rank: int) -> Row:
    return Row(**{**row.__dict__, "rank": rank})


def _new(case: Case, viewer: UUID, today: date) -> bool:
    """Handed over to that person in the last days."""
    return (
        case.referrer_id == viewer
        and case.former_referrer_id is not None
        and case.transferred_on is not None
        and today - case.transferred_on <= timedelta(days=NEW_DAYS)
    )
