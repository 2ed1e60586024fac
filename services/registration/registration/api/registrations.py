"""Sign-ups in JSON, for visitors and organisers."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import Field

from contracts.lists import Attendance, ByWhom, Via
from registration import commands, queries
from registration.api.acting import ANSWERS, EITHER, SIGNED, Key, acting, signed_in
from registration.api.answers import ParticipantAnswer, SignedUpAnswer, StateAnswer
from registration.api.commissions import ORGANISERS
from registration.commands import Desk, SignUp, WalkIn
from registration.commands.asked import Asked
from registration.commands.moments import unknown_commission
from registration.commands.rights import allow
from webui.fields import CivilDate, Email
from webui.identity import current_user


class SignUpAsked(SignUp):
    """With `on_behalf`, a coordinator vouches for the address: no proof is asked."""

    on_behalf: Literal["coordinator", "import"] | None = None


class AddressAsked(Asked):
    """An address to which the personal link is sent again."""

    email: Email


class ChoiceAsked(Asked):
    """The whole new list of workshops."""

    workshops: Annotated[list[UUID], Field(max_length=20)]
    occurred_on: CivilDate | None = None


class DayAsked(Asked):
    """The day it happened, when entered in arrears."""

    occurred_on: CivilDate | None = None


class DecisionAsked(Asked):
    """The sign-ups under review that are decided together."""

    registration_ids: Annotated[list[UUID], Field(min_length=1, max_length=500)]


class AttendanceAsked(Asked):
    """Who was there, at the whole or at a workshop."""

    status: Attendance
    via: Via = Via.SHEET
    workshop_id: UUID | None = None
    occurred_on: CivilDate | None = None


def router(desk: Desk) -> APIRouter:
    """The routes."""
    routes = APIRouter(tags=["Inscriptions"], responses=ANSWERS)
    _signing_up(routes, desk)
    _organising(routes, desk)
    _deciding(routes, desk)
    return routes


def _signing_up(routes: APIRouter, desk: Desk) -> None:
    @routes.post(
        "/commissions/{commission_id}/registrations",
        status_code=202,
        summary="S’inscrire, ou inscrire quelqu’un",
        openapi_extra=EITHER,
    )
    async def sign_up(request: Request, commission_id: UUID, asked: SignUpAsked) -> SignedUpAnswer:
        user = current_user(request)
        behalf = ByWhom(asked.on_behalf) if asked.on_behalf else None
        plain = SignUp.model_construct(**{name: getattr(asked, name) for name in SignUp.model_fields})
        async with desk.database.transaction(
            user.actor if user else "system", queue=str(commission_id)
        ) as tx:
            done = await commands.sign_up(tx, desk.rules, user, commission_id, plain, on_behalf=behalf)
        return SignedUpAnswer.model_validate(done)

    @routes.post(
        "/commissions/{commission_id}/participation-links",
        status_code=202,
        summary="Recevoir à nouveau son lien personnel",
        openapi_extra=EITHER,
    )
    async def link_again(commission_id: UUID, asked: AddressAsked) -> dict[str, bool]:
        async with desk.database.transaction() as tx:
            await commands.send_participation_link(tx, desk.rules, commission_id, asked.email)
        return {"accepted": True}

    @routes.post(
        "/commissions/{commission_id}/walk-ins",
        status_code=201,
        summary="Inscrire une personne venue sans inscription",
        openapi_extra=SIGNED,
    )
    async def walk_in(request: Request, commission_id: UUID, asked: WalkIn) -> SignedUpAnswer:
        user = signed_in(request)
        async with desk.database.transaction(user.actor) as tx:
            done = await commands.walk_in(tx, desk.rules, user, commission_id, asked)
        return SignedUpAnswer.model_validate(done)


def _deciding(routes: APIRouter, desk: Desk) -> None:
    here = "/commissions/{commission_id}"

    @routes.post(here + "/approvals", status_code=204, summary="Accepter", openapi_extra=SIGNED)
    async def approve(request: Request, commission_id: UUID, asked: DecisionAsked) -> None:
        user = signed_in(request)
        async with desk.database.transaction(user.actor) as tx:
            ids = asked.registration_ids
            await commands.approve_registrations(tx, desk.rules, user, commission_id, ids)

    @routes.post(here + "/refusals", status_code=204, summary="Refuser", openapi_extra=SIGNED)
    async def refuse(request: Request, commission_id: UUID, asked: DecisionAsked) -> None:
        user = signed_in(request)
        async with desk.database.transaction(user.actor) as tx:
            ids = asked.registration_ids
            await commands.refuse_registrations(tx, desk.rules, user, commission_id, ids)


def _organising(routes: APIRouter, desk: Desk) -> None:
    @routes.get(
        "/commissions/{commission_id}/registrations", summary="Lister les inscrits", openapi_extra=SIGNED
    )
    async def everyone(
        request: Request, commission_id: UUID, everyone: Annotated[bool, Query()] = False
    ) -> list[ParticipantAnswer]:
        user = signed_in(request)
        async with desk.database.read() as tx:
            view = await queries.commission(tx, commission_id)
            if view is None:
                raise unknown_commission()
            allow(user, *ORGANISERS, territory=view.commission.territory)
            found = await queries.participants(tx, commission_id, everyone=everyone)
        return [ParticipantAnswer.model_validate(each) for each in found]

    @routes.put(
        "/registrations/{registration_id}/workshops",
        summary="Changer les ateliers d’une inscription",
        openapi_extra=SIGNED,
    )
    async def choose(
        request: Request, registration_id: UUID, asked: ChoiceAsked, key: Key = None
    ) -> StateAnswer:
        user = signed_in(request)
        async with acting(desk, request, key, asked.model_dump(mode="json")) as (tx, todo):
            if todo:
                wanted, on = list(asked.workshops), asked.occurred_on
                await commands.change_registration(tx, desk.rules, user, registration_id, wanted, on)
            state = await queries.registration_state(tx, registration_id)
        return StateAnswer(registration_id=registration_id, state=state)

    @routes.post(
        "/registrations/{registration_id}/cancel",
        summary="Annuler l’inscription de quelqu’un",
        openapi_extra=SIGNED,
    )
    async def cancel(
        request: Request, registration_id: UUID, asked: DayAsked, key: Key = None
    ) -> StateAnswer:
        user = signed_in(request)
        async with acting(desk, request, key, asked.model_dump(mode="json")) as (tx, todo):
            if todo:
                on = asked.occurred_on
                await commands.cancel_registration(tx, desk.rules, user, registration_id, on)
            state = await queries.registration_state(tx, registration_id)
        return StateAnswer(registration_id=registration_id, state=state)

    @routes.post(
        "/registrations/{registration_id}/attendance",
        status_code=204,
        summary="Noter une présence",
        openapi_extra=SIGNED,
    )
    async def attend(
        request: Request, registration_id: UUID, asked: AttendanceAsked, key: Key = None
    ) -> None:
        user = signed_in(request)
        async with acting(desk, request, key, asked.model_dump(mode="json")) as (tx, todo):
            if todo:
                await commands.record_attendance(
                    tx,
                    user,
                    registration_id,
                    asked.status,
                    via=asked.via,
                    workshop_id=asked.workshop_id,
                    occurred_on=asked.occurred_on,
                )
