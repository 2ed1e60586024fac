"""Commissions in JSON."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request

from contracts.lists import CancelReason, MemberReason, Role
from eventing.db import Tx
from registration import commands, queries
from registration.api.acting import ANSWERS, EITHER, SIGNED, Key, acting, signed_in
from registration.api.answers import CommissionAnswer, MemberAnswer, OrganiserCommission
from registration.commands import (
    ChangeCommission,
    Desk,
    NamePanelMember,
    PlanCommission,
    RescheduleCommission,
)
from registration.commands.asked import Asked, Version
from registration.commands.moments import unknown_commission
from registration.commands.rights import allow
from registration.domain.commission import CommissionState
from webui.fields import CivilDate
from webui.identity import User, current_user

ORGANISERS = (Role.COORDINATOR, Role.SIAO_AGENT, Role.CHAIR)


class VersionAsked(Asked):
    """The version that was read; `occurred_on` when entered in arrears."""

    version: Version
    occurred_on: CivilDate | None = None


class CancelAsked(VersionAsked):
    """Why it is called off."""

    reason: CancelReason


class RemovalAsked(Asked):
    """Why a member leaves the panel."""

    reason: MemberReason


def router(desk: Desk) -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/commissions", tags=["Commissions"], responses=ANSWERS)
    _reading(routes, desk)
    _planning(routes, desk)
    _ending(routes, desk)
    _panel(routes, desk)
    return routes


async def shown(tx: Tx, commission_id: UUID, user: User | None) -> CommissionAnswer:
    """A commission for whoever asks: planned ones and the video link are for organisers. Refused 404."""
    view = await queries.commission(tx, commission_id)
    if view is None:
        raise unknown_commission()
    if user is not None and user.has(*ORGANISERS, territory=view.commission.territory):
        return OrganiserCommission.of(view)
    if view.commission.state is CommissionState.PLANNED or not (user or view.commission.public):
        raise unknown_commission()
    return CommissionAnswer.of(view)


def _reading(routes: APIRouter, desk: Desk) -> None:
    @routes.get("", summary="Lister les commissions publiées", openapi_extra=EITHER)
    async def everyone(
        past: bool = False, limit: Annotated[int, Query(ge=1, le=200)] = 50
    ) -> list[CommissionAnswer]:
        async with desk.database.read() as tx:
            views = await queries.public_commissions(tx, desk.site.territory, past=past, limit=limit)
        return [CommissionAnswer.of(view) for view in views]

    @routes.get("/{commission_id}", summary="Lire une commission", openapi_extra=EITHER)
    async def one(request: Request, commission_id: UUID) -> OrganiserCommission | CommissionAnswer:
        async with desk.database.read() as tx:
            return await shown(tx, commission_id, current_user(request))


def _planning(routes: APIRouter, desk: Desk) -> None:
    @routes.post("", status_code=201, summary="Préparer une commission", openapi_extra=SIGNED)
    async def plan(request: Request, asked: PlanCommission) -> OrganiserCommission | CommissionAnswer:
        user = signed_in(request)
        async with desk.database.transaction(user.actor) as tx:
            await commands.plan_commission(tx, user, asked)
            return await shown(tx, asked.commission_id, user)

    @routes.put("/{commission_id}", summary="Changer une commission", openapi_extra=SIGNED)
    async def change(
        request: Request, commission_id: UUID, asked: ChangeCommission, key: Key = None
    ) -> OrganiserCommission | CommissionAnswer:
        user = signed_in(request)
        async with acting(desk, request, key, asked.model_dump(mode="json")) as (tx, todo):
            if todo:
                await commands.change_commission(tx, desk.rules, user, commission_id, asked)
            return await shown(tx, commission_id, user)

    @routes.post("/{commission_id}/publish", summary="Publier une commission", openapi_extra=SIGNED)
    async def publish(
        request: Request, commission_id: UUID, asked: VersionAsked, key: Key = None
    ) -> OrganiserCommission | CommissionAnswer:
        user = signed_in(request)
        async with acting(desk, request, key, asked.model_dump(mode="json")) as (tx, todo):
            if todo:
                await commands.publish_commission(tx, user, commission_id, asked.version, asked.occurred_on)
            return await shown(tx, commission_id, user)

    @routes.post("/{commission_id}/reschedule", summary="Déplacer une commission", openapi_extra=SIGNED)
    async def reschedule(
        request: Request, commission_id: UUID, asked: RescheduleCommission, key: Key = None
    ) -> OrganiserCommission | CommissionAnswer:
        user = signed_in(request)
        async with acting(desk, request, key, asked.model_dump(mode="json")) as (tx, todo):
            if todo:
                await commands.reschedule_commission(tx, desk.rules, user, commission_id, asked)
            return await shown(tx, commission_id, user)


def _ending(routes: APIRouter, desk: Desk) -> None:
    @routes.post("/{commission_id}/cancel", summary="Annuler une commission", openapi_extra=SIGNED)
    async def cancel(
        request: Request, commission_id: UUID, asked: CancelAsked, key: Key = None
    ) -> OrganiserCommission | CommissionAnswer:
        user = signed_in(request)
        async with acting(desk, request, key, asked.model_dump(mode="json")) as (tx, todo):
            if todo:
                on: date | None = asked.occurred_on
                await commands.cancel_commission(tx, user, commission_id, asked.version, asked.reason, on)
            return await shown(tx, commission_id, user)

    @routes.post("/{commission_id}/hold", summary="Dire qu’une commission a eu lieu", openapi_extra=SIGNED)
    async def hold(
        request: Request, commission_id: UUID, asked: VersionAsked, key: Key = None
    ) -> OrganiserCommission | CommissionAnswer:
        user = signed_in(request)
        async with acting(desk, request, key, asked.model_dump(mode="json")) as (tx, todo):
            if todo:
                await commands.hold_commission(tx, user, commission_id, asked.version, asked.occurred_on)
            return await shown(tx, commission_id, user)


def _panel(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/{commission_id}/panel", summary="Lire les membres", openapi_extra=SIGNED)
    async def members(request: Request, commission_id: UUID) -> list[MemberAnswer]:
        user = signed_in(request)
        async with desk.database.read() as tx:
            view = await queries.commission(tx, commission_id)
            if view is None:
                raise unknown_commission()
            allow(user, *ORGANISERS, territory=view.commission.territory)
            return [MemberAnswer.of(member) for member in await queries.panel(tx, commission_id)]

    @routes.post("/{commission_id}/panel", status_code=204, summary="Nommer un membre", openapi_extra=SIGNED)
    async def name(request: Request, commission_id: UUID, asked: NamePanelMember) -> None:
        user = signed_in(request)
        async with desk.database.transaction(user.actor) as tx:
            await commands.name_panel_member(tx, user, commission_id, asked)

    @routes.post(
        "/{commission_id}/panel/{person_id}/remove",
        status_code=204,
        summary="Retirer un membre",
        openapi_extra=SIGNED,
    )
    async def remove(request: Request, commission_id: UUID, person_id: UUID, asked: RemovalAsked) -> None:
        user = signed_in(request)
        async with desk.database.transaction(user.actor) as tx:
            await commands.remove_panel_member(tx, user, commission_id, person_id, asked.reason)
