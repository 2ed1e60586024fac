"""Sittings in JSON: the agenda, the course of a sitting, its minutes, corrections of decisions."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel

from cases.api.answering import CaseAnswer, answer_of, once_on_case
from cases.api.sitting_shapes import (
    AdjournAsked,
    AnswerAsked,
    Asked,
    CloseAsked,
    CorrectionSeen,
    DecideAsked,
    ExamineAsked,
    GroundAsked,
    LineSeen,
    MemberOpinionAsked,
    OpinionAsked,
    OrderAsked,
    PostponeAsked,
    PresentAsked,
    ScheduleAsked,
    SittingAnswer,
    SittingSeen,
    SubstituteAsked,
    TextAsked,
)
from cases.commands import agenda, correcting, minutes, sitting
from cases.commands.panels import unknown_sitting
from cases.commands.sitting import Texts
from cases.queries import sittings as read
from cases.store import sittings as stored
from cases.store.access import log_reading
from cases.store.desk import Desk
from cases.store.rules import moment
from cases.store.viewers import viewer_of
from eventing.db import Tx
from webui.identity import User
from webui.programs import ANSWERS, SIGNED, Key, acting, signed_in

ONE = "/sittings/{commission_id}"
CASE = ONE + "/cases/{case_id}"
Command = Callable[[Tx, User], Awaitable[object]]
OnSitting = Callable[[Tx, Desk, User, UUID, Any], Awaitable[object]]
OnCase = Callable[[Tx, Desk, User, UUID, UUID, Any], Awaitable[object]]
ON_SITTING: Mapping[str, tuple[type[Asked], str, OnSitting]] = {
    "order": (
        OrderAsked,
        "Changer l’ordre",
        lambda tx, desk, user, of, a: agenda.reorder_agenda(tx, desk, user, of, a.order, a.version),
    ),
    "publication": (
        Asked,
        "Publier l’ordre du jour",
        lambda tx, desk, user, of, a: agenda.publish_agenda(tx, desk, user, of, a.version),
    ),
    "opening": (
        PresentAsked,
        "Ouvrir la séance",
        lambda tx, desk, user, of, a: sitting.open_sitting(tx, desk, user, of, a.present, a.version),
    ),
    "presence": (
        PresentAsked,
        "Noter les présences",
        lambda tx, desk, user, of, a: sitting.tick_members(tx, desk, user, of, a.present),
    ),
    "substitutes": (
        SubstituteAsked,
        "Nommer un suppléant pour la journée",
        lambda tx, desk, user, of, a: sitting.name_substitute(
            tx, desk, user, of, a.absent_id, a.person_id, a.organisation_id
        ),
    ),
    "closing": (
        CloseAsked,
        "Clore la séance",
        lambda tx, desk, user, of, a: sitting.close_sitting(tx, desk, user, of, a.causes, a.version),
    ),
    "minutes/remarks": (
        TextAsked,
        "Remarquer sur le relevé",
        lambda tx, desk, user, of, a: minutes.remark(tx, desk, user, of, a.text),
    ),
    "minutes/approval": (
        Asked,
        "Approuver le relevé",
        lambda tx, desk, user, of, a: minutes.approve_minutes(tx, desk, user, of, a.version),
    ),
}
"""Path → what it takes, its name, what it does to the sitting."""
ON_AGENDA: Mapping[str, tuple[type[Asked], str, OnCase]] = {
    "schedule": (
        ScheduleAsked,
        "Mettre à l’ordre du jour",
        lambda tx, desk, user, of, case, a: agenda.schedule_case(
            tx, desk, user, of, case, a.minutes, a.presenter_id, a.override, a.version
        ),
    ),
    "postponement": (
        PostponeAsked,
        "Retirer ou reporter",
        lambda tx, desk, user, of, case, a: agenda.postpone_case(
            tx, desk, user, of, case, a.cause, a.text, a.version
        ),
    ),
    "recusal": (
        GroundAsked,
        "Se retirer d’une situation",
        lambda tx, desk, user, of, case, a: agenda.recuse(tx, desk, user, of, case, a.ground),
    ),
    "call": (
        Asked,
        "Appeler une situation",
        lambda tx, desk, user, of, case, a: sitting.call_case(tx, desk, user, of, case),
    ),
    "opinion": (
        MemberOpinionAsked,
        "Donner son avis",
        lambda tx, desk, user, of, case, a: sitting.give_opinion(
            tx, desk, user, of, case, a.outcome, a.text, confidential=a.confidential
        ),
    ),
}
"""The same for a case on its agenda: the sitting answers."""
ON_CASE: Mapping[str, tuple[type[Asked], str, OnCase]] = {
    "examination": (
        ExamineAsked,
        "Noter l’examen",
        lambda tx, desk, user, of, case, a: sitting.examine_case(
            tx, desk, user, of, case, a.heard, a.version
        ),
    ),
    "decision": (
        DecideAsked,
        "Décider",
        lambda tx, desk, user, of, case, a: sitting.decide_case(
            tx, desk, user, of, case, a.opinion(), Texts(a.minutes, a.conditions, a.dissent), a.version
        ),
    ),
    "adjournment": (
        AdjournAsked,
        "Demander un complément",
        lambda tx, desk, user, of, case, a: sitting.adjourn_case(
            tx, desk, user, of, case, a.missing, a.not_before_on, a.text, a.version
        ),
    ),
}
"""The same: the case answers."""


def router(desk: Desk) -> APIRouter:
    """The routes."""
    routes = APIRouter(tags=["Séances"], responses=ANSWERS)
    _reading(routes, desk)
    for name in ON_SITTING:
        _on_sitting(routes, desk, name)
    for name in ON_AGENDA:
        _on_agenda(routes, desk, name)
    for name in ON_CASE:
        _on_case(routes, desk, name)
    _correcting(routes, desk)
    return routes


async def _once(
    desk: Desk, request: Request, key: str | None, asked: BaseModel, commission_id: UUID, command: Command
) -> SittingAnswer:
    user = signed_in(request)
    async with acting(desk.database, request, key, asked.model_dump(mode="json")) as (tx, todo):
        if todo:
            await command(tx, user)
        found = await stored.load(tx, commission_id)
    if found is None:
        raise unknown_sitting()
    return SittingAnswer.model_validate(found, from_attributes=True)


def _reading(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/sittings", summary="Lister les séances", openapi_extra=SIGNED)
    async def listing(request: Request) -> list[SittingAnswer]:
        user = signed_in(request)
        async with desk.database.read() as tx:
            viewer = await viewer_of(tx, user, desk.territory)
            found = await read.listed(tx, viewer, tx.now)
        return [SittingAnswer.model_validate(each.sitting, from_attributes=True) for each in found]

    @routes.get(ONE, summary="Lire une séance", openapi_extra=SIGNED)
    async def one(request: Request, commission_id: UUID) -> SittingSeen:
        user = signed_in(request)
        async with desk.database.transaction(user.actor) as tx:
            viewer = await viewer_of(tx, user, desk.territory)
            board = await read.board(tx, viewer, commission_id, await moment(tx, desk.territory))
            if board is None:
                raise unknown_sitting()
            await log_reading(tx, viewer, "agenda")
        current = board.current
        return SittingSeen(
            commission_id=commission_id,
            state=board.sitting.state,
            version=board.sitting.version,
            agenda_version=board.sitting.agenda_version,
            quorum=board.sitting.quorum,
            title=board.title,
            starts_at=board.sitting.starts_at,
            current_case_id=current.item.case_id if current is not None and current.case else None,
            lines=[
                LineSeen(
                    case_id=line.item.case_id if line.case else None,
                    case_ref=line.case.case_ref if line.case else None,
                    item=line.item.item,
                    minutes=line.item.minutes,
                    outcome=line.item.outcome,
                    starts_at=line.starts_at,
                )
                for line in board.lines
            ],
        )


def _on_sitting(routes: APIRouter, desk: Desk, name: str) -> None:
    shape, summary, act = ON_SITTING[name]

    async def do(request: Request, commission_id: UUID, asked: Any, key: Key = None) -> SittingAnswer:
        return await _once(
            desk,
            request,
            key,
            asked,
            commission_id,
            lambda tx, user: act(tx, desk, user, commission_id, asked),
        )

    _add(routes, do, shape, f"{ONE}/{name}", summary)


def _on_agenda(routes: APIRouter, desk: Desk, name: str) -> None:
    shape, summary, act = ON_AGENDA[name]

    async def do(
        request: Request, commission_id: UUID, case_id: UUID, asked: Any, key: Key = None
    ) -> SittingAnswer:
        return await _once(
            desk,
            request,
            key,
            asked,
            commission_id,
            lambda tx, user: act(tx, desk, user, commission_id, case_id, asked),
        )

    _add(routes, do, shape, CASE if name == "schedule" else f"{CASE}/{name}", summary)


def _on_case(routes: APIRouter, desk: Desk, name: str) -> None:
    shape, summary, act = ON_CASE[name]

    async def do(
        request: Request, commission_id: UUID, case_id: UUID, asked: Any, key: Key = None
    ) -> CaseAnswer:
        return await once_on_case(
            desk,
            request,
            key,
            asked,
            case_id,
            lambda tx, user: act(tx, desk, user, commission_id, case_id, asked),
        )

    _add(routes, do, shape, f"{CASE}/{name}", summary)


def _add(
    routes: APIRouter, do: Callable[..., Awaitable[object]], shape: type[Asked], path: str, summary: str
) -> None:
    do.__annotations__["asked"] = shape
    do.__name__ = path.rpartition("/")[2].replace("-", "_")
    routes.post(path, summary=summary, openapi_extra=SIGNED)(do)


def _correcting(routes: APIRouter, desk: Desk) -> None:
    @routes.post(
        "/cases/{case_id}/corrections", summary="Demander la correction d’une décision", openapi_extra=SIGNED
    )
    async def ask(
        request: Request, case_id: UUID, asked: OpinionAsked, key: Key = None
    ) -> CorrectionSeen | None:
        user = signed_in(request)
        async with acting(desk.database, request, key, asked.model_dump(mode="json")) as (tx, todo):
            if not todo:
                return None
            made = await correcting.ask_correction(tx, desk, user, case_id, asked.opinion(), asked.reason)
        return CorrectionSeen(
            correction_id=made.correction_id,
            case_id=case_id,
            asked_on=made.asked_at.date(),
            approved=None,
        )

    @routes.post("/corrections/{correction_id}", summary="Répondre à une demande", openapi_extra=SIGNED)
    async def answer(
        request: Request, correction_id: UUID, asked: AnswerAsked, key: Key = None
    ) -> CaseAnswer | None:
        user = signed_in(request)
        async with acting(desk.database, request, key, asked.model_dump(mode="json")) as (tx, todo):
            if not todo:
                return None
            case = await correcting.answer_correction(tx, desk, user, correction_id, approve=asked.approve)
            return await answer_of(tx, desk, user, case.case_id)
