"""Cases in JSON: the queues, a case by right, its history, and every act between transmission and end."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from cases.api.answering import CaseAnswer, once_on_case
from cases.commands.acts import ACTS, Act
from cases.domain import story
from cases.domain.reasons import REASONS
from cases.domain.stages import Mark, Stage, next_step
from cases.queries import queue
from cases.queries.case import load
from cases.queries.queue import Filter, Row
from cases.store.access import log_reading
from cases.store.desk import Desk
from cases.store.rules import moment
from cases.store.viewers import viewer_of
from contracts.lists import CaseState, Composition, MissingItem, Priority, Question
from webui.programs import ANSWERS, SIGNED, Key, signed_in

SUMMARIES = {
    "completion": "Demander un complément",
    "rejection": "Déclarer non recevable",
    "admission": "Déclarer recevable",
    "suspension": "Suspendre",
    "resumption": "Reprendre",
    "transfer": "Confier à un autre référent",
    "links": "Lier à un autre dossier, ou délier",
    "cancellation": "Annuler",
    "reactivation": "Réactiver",
    "closing": "Clore",
    "reopening": "Rouvrir",
    "seniority": "Corriger l’ancienneté",
    "protection": "Protéger, ou lever la protection",
    "team": "Partager avec un collègue",
    "notes": "Ajouter une note",
    "information": "Noter l’information du ménage",
    "agreement": "Noter l’accord du ménage",
    "agreement-withdrawal": "Noter le retrait de l’accord",
    "requests": "Noter une demande du ménage",
}


class CaseLine(BaseModel):
    """A case in a list."""

    case_id: UUID
    case_ref: str
    state: CaseState
    stage: Stage
    marks: list[Mark]
    version: int
    composition: Composition | None
    """None, as persons and priority, for who sees the reference alone."""
    persons: int | None
    question: Question
    priority: list[Priority]
    ranked_from: date
    submitted_on: date
    referrer_id: UUID
    organisation_id: UUID


class CaseList(BaseModel):
    """Lines of a filter; `total` counts them all, `counts` those of each queue."""

    total: int
    counts: dict[Stage, int]
    cases: list[CaseLine]


class PersonSeen(BaseModel):
    """Somebody of the household, for who may know the names."""

    given_name: str
    family_name: str
    birth_date: date | None
    adult: bool


class NumberSeen(BaseModel):
    """A national number, its last four characters."""

    kind: str
    masked: str
    deadline_on: date | None


class NextSeen(BaseModel):
    """Who must act."""

    who: str
    what: str
    since: date | None
    before: date | None


class CaseSeen(BaseModel):
    """A case as the reader's right shows it; a part that is not theirs is absent."""

    case_id: UUID
    case_ref: str
    state: CaseState
    version: int
    next: NextSeen
    seniority_from: date | None = None
    missing: list[MissingItem] = []
    persons: list[PersonSeen] | None = None
    numbers: list[NumberSeen] | None = None
    social: dict[str, Any] | None = None
    texts: dict[str, str] | None = None
    possible: list[str]
    """The acts that the reader may ask for now."""


class HistoryLine(BaseModel):
    """Something that happened."""

    at: datetime
    kind: str
    title: str
    detail: str
    event_id: UUID | None


class ReasonSeen(BaseModel):
    """A reason that people choose."""

    code: str
    label: str
    family: str
    needs_note: bool


def router(desk: Desk) -> APIRouter:
    """The routes."""
    routes = APIRouter(tags=["Situations"], responses=ANSWERS)
    _reading(routes, desk)
    for name, act in ACTS.items():
        _acting(routes, desk, name, act)
    return routes


def _line(row: Row) -> CaseLine:
    case = row.case
    return CaseLine(
        case_id=case.case_id,
        case_ref=case.case_ref,
        state=case.state,
        stage=row.stage,
        marks=list(row.marks),
        version=row.version,
        composition=case.composition if row.whole else None,
        persons=case.persons if row.whole else None,
        question=case.question,
        priority=list(case.priority) if row.whole else [],
        ranked_from=row.age,
        submitted_on=case.submitted_on,
        referrer_id=case.referrer_id,
        organisation_id=case.organisation_id,
    )


def _reading(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/cases", summary="Lister les situations d’une file", openapi_extra=SIGNED)
    async def listing(
        request: Request,
        stage: Stage | None = None,
        mark: Mark | None = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        offset: Annotated[int, Query(ge=0, le=100_000)] = 0,
    ) -> CaseList:
        user = signed_in(request)
        async with desk.database.read() as tx:
            viewer = await viewer_of(tx, user, desk.territory)
            found = await queue.load(tx, viewer, await moment(tx, desk.territory))
        rows = found.kept(Filter(stage=stage, mark=mark))
        lines = [_line(row) for row in rows[offset : offset + limit]]
        return CaseList(total=len(rows), counts=dict(found.counts), cases=lines)

    @routes.get("/cases/{case_id}", summary="Lire une situation", openapi_extra=SIGNED)
    async def one(request: Request, case_id: UUID) -> CaseSeen:
        return await _case(desk, request, case_id)

    @routes.get("/cases/{case_id}/history", summary="Lire l’histoire d’une situation", openapi_extra=SIGNED)
    async def history(request: Request, case_id: UUID) -> list[HistoryLine]:
        user = signed_in(request)
        async with desk.database.transaction(user.actor) as tx:
            viewer = await viewer_of(tx, user, desk.territory)
            found = await load(tx, desk.vault, viewer, case_id)
            await log_reading(tx, viewer, "case", case_id=case_id)
        return [
            HistoryLine(
                at=line.at,
                kind=line.kind,
                title=story.title(line.kind),
                detail=story.detail(line.kind, line.fact),
                event_id=line.event_id,
            )
            for line in found.lines
        ]

    @routes.get("/reasons", summary="Lister les motifs", openapi_extra=SIGNED)
    async def reasons(request: Request) -> list[ReasonSeen]:
        signed_in(request)
        return [
            ReasonSeen(code=r.code, label=r.label, family=r.family.value, needs_note=r.needs_note)
            for r in REASONS.values()
        ]


async def _case(desk: Desk, request: Request, case_id: UUID) -> CaseSeen:
    user = signed_in(request)
    async with desk.database.transaction(user.actor) as tx:
        viewer = await viewer_of(tx, user, desk.territory)
        found = await load(tx, desk.vault, viewer, case_id)
        await log_reading(tx, viewer, "case", case_id=case_id)
    case, file, step = found.case, found.file, next_step(found.case)
    people = [PersonSeen.model_validate(each, from_attributes=True) for each in file.persons]
    numbers = [
        NumberSeen(kind=each.kind.value, masked=each.value, deadline_on=each.deadline_on)
        for each in file.numbers
    ]
    return CaseSeen(
        case_id=case.case_id,
        case_ref=case.case_ref,
        state=case.state,
        version=found.version,
        next=NextSeen(who=step.who, what=step.what, since=step.since, before=step.before),
        seniority_from=case.seniority_from if found.insider else None,
        missing=list(case.missing) if found.insider else [],
        persons=people or None,
        numbers=numbers or None,
        social=file.social.model_dump(mode="json", exclude_none=True) if file.social else None,
        texts=dict(file.texts) or None,
        possible=sorted(name for name, act in ACTS.items() if act.open_to(case, found.seen)),
    )


def _acting(routes: APIRouter, desk: Desk, name: str, act: Act) -> None:
    async def do(request: Request, case_id: UUID, asked: Any, key: Key = None) -> CaseAnswer:
        return await once_on_case(
            desk, request, key, asked, case_id, lambda tx, user: act.run(tx, desk, user, case_id, asked)
        )

    do.__annotations__["asked"] = act.shape
    do.__name__ = name.replace("-", "_")
    routes.post(f"/cases/{{case_id}}/{name}", summary=SUMMARIES[name], openapi_extra=SIGNED)(do)
