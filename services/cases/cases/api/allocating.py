"""From the allocation to the keys and after, in JSON."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import Field

from cases.api.answering import Asked, CaseAnswer, Note, once_on_case
from cases.commands import allocating
from cases.domain.allocating import Placing
from cases.store.desk import Desk
from contracts.fields import Cell
from contracts.lists import (
    AllocationCancel,
    DwellingSize,
    LeaseKind,
    OfferAnswer,
    Quota,
    ReportedBy,
    Scheme,
    YesNoUnknown,
)
from webui.fields import CivilDate, Flag, Line, NewId
from webui.programs import ANSWERS, SIGNED, Key

ONE = "/cases/{case_id}/allocations/{allocation_id}"


class HomeAsked(Asked):
    """A home or a place, and when it was given."""

    decided_on: CivilDate
    scheme: Scheme | None = None
    organisation_id: NewId | None = None
    quota: Quota = Quota.UNKNOWN
    territory_cell: Cell = "unknown"
    dwelling_size: DwellingSize | None = None
    reported_by: ReportedBy = ReportedBy.SIAO


class AllocationAsked(HomeAsked):
    """An allocation under the client's own id, out of a proposal or not."""

    allocation_id: NewId
    orientation_id: UUID | None = None
    condition_met: Flag = False


class CorrectionAsked(HomeAsked):
    """The allocation said again whole, and why."""

    reason: Annotated[str, Line(300)]


class OfferAsked(Asked):
    """What the household answered."""

    answer: OfferAnswer
    answered_on: CivilDate
    reason: Annotated[str, Field(pattern=r"^(M[0-9]{1,2})?$")] = ""
    note: Note = ""


class LeaseAsked(Asked):
    """The contract signed."""

    lease_kind: LeaseKind
    signed_on: CivilDate


class EntryAsked(Asked):
    """When the keys were given."""

    entered_on: CivilDate


class CancellationAsked(Asked):
    """Why it takes no effect."""

    cause: AllocationCancel
    cancelled_on: CivilDate
    note: Note = ""


class CheckAsked(Asked):
    """Whether the household still lives there."""

    month: Literal[6, 12]
    still_housed: YesNoUnknown
    checked_on: CivilDate


def router(desk: Desk) -> APIRouter:
    """The routes."""
    routes = APIRouter(tags=["Attributions"], responses=ANSWERS)
    _recording(routes, desk)
    _going_on(routes, desk)
    return routes


def _recording(routes: APIRouter, desk: Desk) -> None:
    @routes.post("/cases/{case_id}/allocations", summary="Enregistrer une attribution", openapi_extra=SIGNED)
    async def record(request: Request, case_id: UUID, asked: AllocationAsked, key: Key = None) -> CaseAnswer:
        what = Placing(**asked.model_dump(exclude={"version"}))
        return await once_on_case(
            desk,
            request,
            key,
            asked,
            case_id,
            lambda tx, user: allocating.record_allocation(tx, desk, user, case_id, what, asked.version),
        )

    @routes.post(ONE + "/correction", summary="Corriger une attribution", openapi_extra=SIGNED)
    async def correct(
        request: Request, case_id: UUID, allocation_id: UUID, asked: CorrectionAsked, key: Key = None
    ) -> CaseAnswer:
        what = Placing(allocation_id=allocation_id, **asked.model_dump(exclude={"version", "reason"}))
        return await once_on_case(
            desk,
            request,
            key,
            asked,
            case_id,
            lambda tx, user: allocating.correct_allocation(
                tx, desk, user, case_id, what, asked.reason, asked.version
            ),
        )

    @routes.post(ONE + "/answer", summary="Réponse du ménage à l’offre", openapi_extra=SIGNED)
    async def answer(
        request: Request, case_id: UUID, allocation_id: UUID, asked: OfferAsked, key: Key = None
    ) -> CaseAnswer:
        return await once_on_case(
            desk,
            request,
            key,
            asked,
            case_id,
            lambda tx, user: allocating.answer_offer(
                tx,
                desk,
                user,
                case_id,
                allocation_id,
                asked.answer,
                asked.answered_on,
                asked.reason,
                asked.note,
                asked.version,
            ),
        )


def _going_on(routes: APIRouter, desk: Desk) -> None:
    @routes.post(ONE + "/lease", summary="Bail signé", openapi_extra=SIGNED)
    async def lease(
        request: Request, case_id: UUID, allocation_id: UUID, asked: LeaseAsked, key: Key = None
    ) -> CaseAnswer:
        return await once_on_case(
            desk,
            request,
            key,
            asked,
            case_id,
            lambda tx, user: allocating.sign_lease(
                tx, desk, user, case_id, allocation_id, asked.lease_kind, asked.signed_on, asked.version
            ),
        )

    @routes.post(ONE + "/entry", summary="Entrée dans les lieux", openapi_extra=SIGNED)
    async def entry(
        request: Request, case_id: UUID, allocation_id: UUID, asked: EntryAsked, key: Key = None
    ) -> CaseAnswer:
        return await once_on_case(
            desk,
            request,
            key,
            asked,
            case_id,
            lambda tx, user: allocating.enter_home(
                tx, desk, user, case_id, allocation_id, asked.entered_on, asked.version
            ),
        )

    @routes.post(ONE + "/cancellation", summary="Annuler une attribution", openapi_extra=SIGNED)
    async def cancel(
        request: Request, case_id: UUID, allocation_id: UUID, asked: CancellationAsked, key: Key = None
    ) -> CaseAnswer:
        return await once_on_case(
            desk,
            request,
            key,
            asked,
            case_id,
            lambda tx, user: allocating.cancel_allocation(
                tx,
                desk,
                user,
                case_id,
                allocation_id,
                asked.cause,
                asked.cancelled_on,
                asked.note,
                asked.version,
            ),
        )

    @routes.post(ONE + "/checks", summary="Point à six ou douze mois", openapi_extra=SIGNED)
    async def check(
        request: Request, case_id: UUID, allocation_id: UUID, asked: CheckAsked, key: Key = None
    ) -> CaseAnswer:
        return await once_on_case(
            desk,
            request,
            key,
            asked,
            case_id,
            lambda tx, user: allocating.check_tenancy(
                tx,
                desk,
                user,
                case_id,
                allocation_id,
                asked.month,
                asked.still_housed,
                asked.checked_on,
                asked.version,
            ),
        )
