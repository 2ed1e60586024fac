"""The log as pages: what left, what did not and what to do about it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import BaseModel

from contracts.lists import Category, label
from notifications.commands import lift_once, resend_once
from notifications.documents import shown
from notifications.domain import LIFTERS, OPEN, READERS, SINGLE_USE, TEMPLATES, WATCHERS, State
from notifications.queries import STATES, Asked, counts, log_page, one_message, suspensions
from operating.service import Service
from webui.forms import KEY_FIELD, empty_form
from webui.identity import require
from webui.pages import Pages, see_other

LIST = "/notifications/messages"
ADDRESSES = "/notifications/adresses"
KINDS = {
    State.QUEUED: "att",
    State.SENDING: "att",
    State.SENT: "ok",
    State.DELIVERED: "ok",
    State.FAILED: "err",
    State.DROPPED: "",
}


class Filters(BaseModel):
    """The filters in the address; an unknown value filters nothing."""

    etat: str = ""
    modele: str = ""
    suite: str = ""

    def asked(self) -> Asked:
        """The same for the query."""
        state = State(self.etat) if self.etat in set(State) else None
        return Asked(state, self.modele if self.modele in TEMPLATES else None, self.suite[:200] or None)


def router(service: Service, pages: Pages) -> APIRouter:
    """`/notifications/messages`."""
    routes = APIRouter(include_in_schema=False)
    territory = pages.site.territory

    @routes.get("/notifications")
    async def home() -> Response:
        return see_other(LIST)

    @routes.get(LIST)
    async def log(request: Request, filters: Annotated[Filters, Query()]) -> Response:
        user = require(request, *WATCHERS, territory=territory)
        asked = filters.asked()
        async with service.database.read() as tx:
            page = await log_page(tx, asked)
            sums = await counts(tx)
            suspended = await suspensions(tx)
        return pages.render(
            request,
            "messages.html",
            titre="Messages",
            page=page,
            sommes=sums,
            suspendues=len(suspended),
            etats=STATES,
            genres=KINDS,
            modeles=TEMPLATES,
            etat=asked.state,
            modele=asked.template,
            en_clair=user.has(*READERS),
            filtres=empty_form({"etat": asked.state, "modele": asked.template}),
        )

    @routes.get(LIST + "/{message_id}")
    async def detail(request: Request, message_id: UUID) -> Response:
        user = require(request, *WATCHERS, territory=territory)
        async with service.database.read() as tx:
            message = await one_message(tx, message_id)
        clear = user.has(*READERS)
        return pages.render(
            request,
            "message.html",
            titre=message["label"],
            m=message,
            texte=shown(message["text"]) if clear and message["text"] else None,
            genre=KINDS[message["state"]],
            categorie=label(Category(message["category"])),
            en_clair=clear,
            renvoyable=clear
            and message["text"] is not None
            and message["template"] not in SINGLE_USE
            and message["state"] not in (*OPEN, State.DROPPED),
            form=empty_form(),
        )

    @routes.post(LIST + "/{message_id}/renvoi")
    async def send_again(
        request: Request, message_id: UUID, key: Annotated[str, Form(alias=KEY_FIELD, max_length=100)]
    ) -> Response:
        user = require(request, *READERS, territory=territory)
        async with service.database.transaction(user.actor) as tx:
            again = await resend_once(tx, message_id, key)
        service.hint("send")
        return see_other(f"{LIST}/{again}", done="renvoye")

    @routes.get(ADDRESSES)
    async def addresses(request: Request) -> Response:
        user = require(request, *READERS, territory=territory)
        async with service.database.read() as tx:
            found = await suspensions(tx)
        return pages.render(
            request,
            "adresses.html",
            titre="Adresses suspendues",
            adresses=found,
            peut_reprendre=user.has(*LIFTERS),
            form=empty_form(),
        )

    @routes.post(ADDRESSES + "/{person_id}/reprise")
    async def take_up_again(
        request: Request, person_id: UUID, key: Annotated[str, Form(alias=KEY_FIELD, max_length=100)]
    ) -> Response:
        user = require(request, *LIFTERS, territory=territory)
        async with service.database.transaction(user.actor) as tx:
            await lift_once(tx, person_id, key)
        return see_other(ADDRESSES, done="repris")

    return routes
