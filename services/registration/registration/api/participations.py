"""What a personal link allows, in JSON. The link travels in the body, never in an address that logs keep."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from contracts.lists import LinkPurpose
from contracts.refusal import Refused
from registration import commands, queries
from registration.api.acting import ANSWERS, EITHER
from registration.api.answers import ParticipationAnswer, ProvedAnswer
from registration.commands import Desk
from registration.commands.asked import Asked
from registration.commands.moments import unknown_registration
from webui import links
from webui.links import Link


class LinkAsked(Asked):
    """The token of a link, as its address ends."""

    link: Annotated[str, StringConstraints(min_length=1, max_length=300)]


class ChoiceAsked(LinkAsked):
    """The whole new list of workshops."""

    workshops: Annotated[list[UUID], Field(max_length=20)]


class OfferAsked(LinkAsked):
    """The answer to a place offered, of the whole or of a workshop."""

    answer: Literal["accept", "decline"]
    workshop_id: UUID | None = None


def router(desk: Desk) -> APIRouter:
    """The routes."""
    routes = APIRouter(tags=["Liens personnels"], responses=ANSWERS)
    _proving(routes, desk)
    _taking_part(routes, desk)
    return routes


def read(desk: Desk, text: str, purpose: LinkPurpose) -> Link:
    """The link of that purpose behind a token. Raises Refused 404 for a forged or foreign one."""
    found = links.read(desk.link_key, text)
    if found is None or found.purpose is not purpose:
        raise Refused("unknown_link", "Ce lien n’existe pas : vérifiez qu’il est entier.", 404)
    return found


async def _shown(desk: Desk, link: Link) -> ParticipationAnswer:
    async with desk.database.read() as tx:
        await commands.open_participation(tx, link.id, link.generation)
        view = await queries.participation(tx, link.id)
    if view is None:
        raise unknown_registration()
    return ParticipationAnswer.of(view)


def _proving(routes: APIRouter, desk: Desk) -> None:
    @routes.post("/proofs", summary="Confirmer son adresse", openapi_extra=EITHER)
    async def prove(asked: LinkAsked) -> ProvedAnswer:
        link = read(desk, asked.link, LinkPurpose.PROVE_ADDRESS)
        async with desk.database.transaction() as tx:
            proved = await commands.prove(tx, desk.rules, link.id, link.generation)
        own = Link(LinkPurpose.PARTICIPATION, proved.registration_id, proved.link_generation)
        return ProvedAnswer(
            registration_id=proved.registration_id,
            commission_id=proved.commission_id,
            state=proved.state.value,
            link=links.token(desk.link_key, own),
        )

    @routes.post("/participation", summary="Lire sa propre inscription", openapi_extra=EITHER)
    async def read_own(asked: LinkAsked) -> ParticipationAnswer:
        return await _shown(desk, read(desk, asked.link, LinkPurpose.PARTICIPATION))


def _taking_part(routes: APIRouter, desk: Desk) -> None:
    @routes.post("/participation/workshops", summary="Choisir d’autres ateliers", openapi_extra=EITHER)
    async def choose(asked: ChoiceAsked) -> ParticipationAnswer:
        link = read(desk, asked.link, LinkPurpose.PARTICIPATION)
        async with desk.database.transaction() as tx:
            wanted = list(asked.workshops)
            await commands.change_participation(tx, desk.rules, link.id, link.generation, wanted)
        return await _shown(desk, link)

    @routes.post("/participation/cancel", summary="Annuler son inscription", openapi_extra=EITHER)
    async def cancel(asked: LinkAsked) -> ParticipationAnswer:
        link = read(desk, asked.link, LinkPurpose.PARTICIPATION)
        async with desk.database.transaction() as tx:
            await commands.cancel_participation(tx, desk.rules, link.id, link.generation)
        return await _shown(desk, link)

    @routes.post("/participation/offer", summary="Répondre à une place proposée", openapi_extra=EITHER)
    async def answer(asked: OfferAsked) -> ParticipationAnswer:
        link = read(desk, asked.link, LinkPurpose.PARTICIPATION)
        command = commands.accept_offer if asked.answer == "accept" else commands.decline_offer
        async with desk.database.transaction() as tx:
            await command(tx, desk.rules, link.id, link.generation, asked.workshop_id)
        return await _shown(desk, link)
