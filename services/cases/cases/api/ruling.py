"""Rulings, appeals and seniority, in JSON: what may cost a household its date, and why a case ranks there."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel

from cases.api.answering import Asked, CaseAnswer, once_on_case
from cases.commands import ruling
from cases.domain import seniority
from cases.domain.rights import View, sight, unknown_case
from cases.store import cases
from cases.store.access import log_reading
from cases.store.desk import Desk
from cases.store.rules import moment
from cases.store.viewers import viewer_of
from contracts.lists import Ruling, SenioritySource
from webui.fields import CivilDate, Flag, NewId, Text
from webui.programs import ANSWERS, SIGNED, Key, signed_in

Words = Annotated[str, Text(600, empty=True)]


class RulingAsked(Asked):
    """A ruling under the client's own id, on a refused proposal or a refused offer."""

    ruling_id: NewId
    subject_id: UUID
    ruling: Ruling
    reason: Words = ""


class AppealAsked(Asked):
    """An appeal under the client's own id, against an event of the case."""

    appeal_id: NewId
    against: UUID
    lodged_on: CivilDate
    text: Words = ""


class AppealAnswered(Asked):
    """Upheld or not."""

    upheld: Flag
    decided_on: CivilDate
    reason: Words = ""


class SentAsked(Asked):
    """The new transmission in SI SIAO."""

    sent_on: CivilDate
    source: SenioritySource = SenioritySource.SI_SIAO_PROOF


class SpanSeen(BaseModel):
    """Days that count, or no longer do."""

    from_on: date
    to_on: date
    days: int
    counted: bool
    source: SenioritySource
    words: str
    effect: str


class CriterionSeen(BaseModel):
    """Something looked at when cases are ranked."""

    name: str
    value: str
    orders: bool


class SenioritySeen(BaseModel):
    """Why a case ranks where it does."""

    seniority_from: date | None
    days: int
    spans: list[SpanSeen]
    criteria: list[CriterionSeen]


def router(desk: Desk) -> APIRouter:
    """The routes."""
    routes = APIRouter(tags=["Recours et ancienneté"], responses=ANSWERS)
    _ruling(routes, desk)
    _explaining(routes, desk)
    return routes


def _ruling(routes: APIRouter, desk: Desk) -> None:
    @routes.post("/cases/{case_id}/rulings", summary="Qualifier un refus du ménage", openapi_extra=SIGNED)
    async def rule(request: Request, case_id: UUID, asked: RulingAsked, key: Key = None) -> CaseAnswer:
        return await once_on_case(
            desk,
            request,
            key,
            asked,
            case_id,
            lambda tx, user: ruling.rule_refusal(
                tx,
                desk,
                user,
                case_id,
                asked.ruling_id,
                asked.subject_id,
                asked.ruling,
                asked.reason,
                asked.version,
            ),
        )

    @routes.post("/cases/{case_id}/appeals", summary="Enregistrer un recours", openapi_extra=SIGNED)
    async def lodge(request: Request, case_id: UUID, asked: AppealAsked, key: Key = None) -> CaseAnswer:
        return await once_on_case(
            desk,
            request,
            key,
            asked,
            case_id,
            lambda tx, user: ruling.lodge_appeal(
                tx,
                desk,
                user,
                case_id,
                asked.appeal_id,
                asked.against,
                asked.lodged_on,
                asked.text,
                asked.version,
            ),
        )

    @routes.post(
        "/cases/{case_id}/appeals/{appeal_id}/decision", summary="Répondre à un recours", openapi_extra=SIGNED
    )
    async def decide(
        request: Request, case_id: UUID, appeal_id: UUID, asked: AppealAnswered, key: Key = None
    ) -> CaseAnswer:
        return await once_on_case(
            desk,
            request,
            key,
            asked,
            case_id,
            lambda tx, user: ruling.decide_appeal(
                tx,
                desk,
                user,
                case_id,
                appeal_id,
                asked.upheld,
                asked.decided_on,
                asked.reason,
                asked.version,
            ),
        )

    @routes.post(
        "/cases/{case_id}/transmission",
        summary="Noter une nouvelle transmission, après un refus jugé irrecevable",
        openapi_extra=SIGNED,
    )
    async def sent(request: Request, case_id: UUID, asked: SentAsked, key: Key = None) -> CaseAnswer:
        return await once_on_case(
            desk,
            request,
            key,
            asked,
            case_id,
            lambda tx, user: ruling.transmit_again(
                tx, desk, user, case_id, asked.sent_on, asked.source, asked.version
            ),
        )


def _explaining(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/cases/{case_id}/seniority", summary="Expliquer l’ancienneté", openapi_extra=SIGNED)
    async def explain(request: Request, case_id: UUID) -> SenioritySeen:
        user = signed_in(request)
        async with desk.database.transaction(user.actor) as tx:
            stored = await cases.load(tx, case_id)
            viewer = await viewer_of(tx, user, desk.territory)
            at = await moment(tx, desk.territory)
            seen = stored and sight(viewer, stored.case, stored.guard, at.today, at.rules.provider_sight_days)
            if stored is None or not seen or View.FOLLOW_UP not in seen:
                raise unknown_case()
            await log_reading(tx, viewer, "seniority", case_id=case_id)
            return SenioritySeen(
                seniority_from=stored.case.seniority_from,
                days=seniority.total(stored.case, at.today),
                spans=[SpanSeen(**each.__dict__) for each in seniority.explain(stored.case, at.today)],
                criteria=[
                    CriterionSeen(**each.__dict__) for each in seniority.criteria(stored.case, at.today)
                ],
            )
