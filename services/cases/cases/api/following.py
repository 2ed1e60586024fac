"""What follows a decision, in JSON: proposals, the committee, steps, who was told."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from cases.api.answering import Asked, CaseAnswer, Note, once_on_case
from cases.commands import following, telling
from cases.domain.following import Assignment, Outcome, Proposal, Refusal
from cases.queries import following as read
from cases.store.access import log_reading
from cases.store.desk import Desk
from cases.store.rules import moment
from cases.store.viewers import viewer_of
from contracts.lists import (
    AdmitCause,
    CommitteeOutcome,
    InformedHow,
    OrientationOrigin,
    RefusedBy,
    Scheme,
    StepKind,
)
from webui.fields import CivilDate, Flag, NewId, Text
from webui.programs import ANSWERS, SIGNED, Key, signed_in

Words = Annotated[str, Text(600, empty=True)]
Code = Annotated[str, Field(pattern=r"^[IPMA][0-9]{1,2}$")]


class ProposalAsked(Asked):
    """A proposal under the client's own id."""

    orientation_id: NewId
    scheme: Scheme
    organisation_id: NewId
    origin: OrientationOrigin = OrientationOrigin.COMMISSION
    text: Words = ""


class AnsweredAsked(Asked):
    """When it was answered."""

    answered_on: CivilDate


class RefusalAsked(AnsweredAsked):
    """Who refuses and why."""

    by: RefusedBy
    reason: Code
    note: Note = ""


class CommitteeAsked(Asked):
    """What the allocation committee decided."""

    outcome: CommitteeOutcome
    decided_on: CivilDate
    rank: Annotated[int | None, Field(ge=1, le=99)] = None
    condition_due_on: CivilDate | None = None


class StepAsked(Asked):
    """A step under the client's own id."""

    step_id: NewId
    kind: StepKind
    organisation_id: NewId
    owner_id: NewId | None = None
    due_on: CivilDate
    text: Note = ""


class ClosingAsked(Asked):
    """Done or dropped, when."""

    done: Flag
    closed_on: CivilDate


class ReadmissionAsked(Asked):
    """Why it is examined again."""

    cause: AdmitCause
    not_before_on: CivilDate | None = None
    reason: Words = ""


class ToldAsked(Asked):
    """The household was told of an event."""

    about: UUID
    how: InformedHow
    informed_on: CivilDate


class ProposalSeen(BaseModel):
    """A proposal open to the reader's organisation."""

    case_id: UUID
    case_ref: str
    orientation_id: UUID
    scheme: Scheme
    state: str
    proposed_on: date
    answer_due_at: datetime
    overdue: bool


def router(desk: Desk) -> APIRouter:
    """The routes."""
    routes = APIRouter(tags=["Suites"], responses=ANSWERS)
    _proposing(routes, desk)
    _steps(routes, desk)
    _reading(routes, desk)
    return routes


ONE = "/cases/{case_id}/orientations/{orientation_id}"


def _proposing(routes: APIRouter, desk: Desk) -> None:
    @routes.post("/cases/{case_id}/orientations", summary="Proposer à une structure", openapi_extra=SIGNED)
    async def propose(request: Request, case_id: UUID, asked: ProposalAsked, key: Key = None) -> CaseAnswer:
        what = Proposal(asked.orientation_id, asked.scheme, asked.organisation_id, asked.origin)
        return await once_on_case(
            desk,
            request,
            key,
            asked,
            case_id,
            lambda tx, user: following.propose(tx, desk, user, case_id, what, asked.text, asked.version),
        )

    @routes.post(ONE + "/acceptance", summary="Noter l’acceptation d’une structure", openapi_extra=SIGNED)
    async def accept(
        request: Request, case_id: UUID, orientation_id: UUID, asked: AnsweredAsked, key: Key = None
    ) -> CaseAnswer:
        return await once_on_case(
            desk,
            request,
            key,
            asked,
            case_id,
            lambda tx, user: following.accept_orientation(
                tx, desk, user, case_id, orientation_id, asked.answered_on, asked.version
            ),
        )

    @routes.post(ONE + "/refusal", summary="Noter un refus", openapi_extra=SIGNED)
    async def refuse(
        request: Request, case_id: UUID, orientation_id: UUID, asked: RefusalAsked, key: Key = None
    ) -> CaseAnswer:
        what = Refusal(asked.by, asked.reason, asked.answered_on, asked.note)
        return await once_on_case(
            desk,
            request,
            key,
            asked,
            case_id,
            lambda tx, user: following.refuse_orientation(
                tx, desk, user, case_id, orientation_id, what, asked.version
            ),
        )

    @routes.post(ONE + "/withdrawal", summary="Retirer une proposition", openapi_extra=SIGNED)
    async def withdraw(
        request: Request, case_id: UUID, orientation_id: UUID, asked: Asked, key: Key = None
    ) -> CaseAnswer:
        return await once_on_case(
            desk,
            request,
            key,
            asked,
            case_id,
            lambda tx, user: following.withdraw_orientation(
                tx, desk, user, case_id, orientation_id, asked.version
            ),
        )

    @routes.post(ONE + "/overdue", summary="Clore une proposition sans réponse", openapi_extra=SIGNED)
    async def close_overdue(
        request: Request, case_id: UUID, orientation_id: UUID, asked: Asked, key: Key = None
    ) -> CaseAnswer:
        return await once_on_case(
            desk,
            request,
            key,
            asked,
            case_id,
            lambda tx, user: following.close_overdue_orientation(
                tx, desk, user, case_id, orientation_id, asked.version
            ),
        )

    @routes.post(ONE + "/committee", summary="Décision de la commission d’attribution", openapi_extra=SIGNED)
    async def committee(
        request: Request, case_id: UUID, orientation_id: UUID, asked: CommitteeAsked, key: Key = None
    ) -> CaseAnswer:
        what = Outcome(asked.outcome, asked.decided_on, asked.rank, asked.condition_due_on)
        return await once_on_case(
            desk,
            request,
            key,
            asked,
            case_id,
            lambda tx, user: following.record_committee(
                tx, desk, user, case_id, orientation_id, what, asked.version
            ),
        )

    @routes.post("/cases/{case_id}/readmission", summary="Renvoyer en commission", openapi_extra=SIGNED)
    async def readmit(
        request: Request, case_id: UUID, asked: ReadmissionAsked, key: Key = None
    ) -> CaseAnswer:
        return await once_on_case(
            desk,
            request,
            key,
            asked,
            case_id,
            lambda tx, user: following.readmit_case(
                tx, desk, user, case_id, asked.cause, asked.reason, asked.not_before_on, asked.version
            ),
        )


def _steps(routes: APIRouter, desk: Desk) -> None:
    @routes.post("/cases/{case_id}/steps", summary="Confier une démarche", openapi_extra=SIGNED)
    async def assign(request: Request, case_id: UUID, asked: StepAsked, key: Key = None) -> CaseAnswer:
        what = Assignment(asked.step_id, asked.kind, asked.organisation_id, asked.due_on, asked.owner_id)
        return await once_on_case(
            desk,
            request,
            key,
            asked,
            case_id,
            lambda tx, user: following.assign_step(tx, desk, user, case_id, what, asked.text, asked.version),
        )

    @routes.post(
        "/cases/{case_id}/steps/{step_id}/closing", summary="Clore une démarche", openapi_extra=SIGNED
    )
    async def close(
        request: Request, case_id: UUID, step_id: UUID, asked: ClosingAsked, key: Key = None
    ) -> CaseAnswer:
        return await once_on_case(
            desk,
            request,
            key,
            asked,
            case_id,
            lambda tx, user: following.close_step(
                tx,
                desk,
                user,
                case_id,
                step_id,
                done=asked.done,
                closed_on=asked.closed_on,
                version=asked.version,
            ),
        )

    @routes.post(
        "/cases/{case_id}/household-informed", summary="Noter que le ménage est informé", openapi_extra=SIGNED
    )
    async def told(request: Request, case_id: UUID, asked: ToldAsked, key: Key = None) -> CaseAnswer:
        return await once_on_case(
            desk,
            request,
            key,
            asked,
            case_id,
            lambda tx, user: telling.inform_household(
                tx, desk, user, case_id, asked.about, asked.how, asked.informed_on, asked.version
            ),
        )


def _reading(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/orientations", summary="Propositions à ma structure", openapi_extra=SIGNED)
    async def proposals(request: Request) -> list[ProposalSeen]:
        user = signed_in(request)
        async with desk.database.transaction(user.actor) as tx:
            viewer = await viewer_of(tx, user, desk.territory)
            at = await moment(tx, desk.territory)
            found = await read.proposals_to(tx, viewer, at)
            await log_reading(tx, viewer, "proposals")
            return [
                ProposalSeen(
                    case_id=each.row.case.case_id,
                    case_ref=each.row.case.case_ref,
                    orientation_id=each.orientation.orientation_id,
                    scheme=each.orientation.scheme,
                    state=each.orientation.state,
                    proposed_on=each.orientation.proposed_on,
                    answer_due_at=each.orientation.answer_due_at,
                    overdue=each.overdue,
                )
                for each in found
            ]
