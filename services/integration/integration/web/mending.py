"""The pages where a person is needed: codes to map, events that wait in quarantine."""

import json
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from contracts.lists import LISTS
from contracts.refusal import Refused
from contracts.topics import months
from eventing.db import Database
from integration import queries
from integration.commands.codes import map_code
from integration.commands.intake import Desk
from integration.commands.waiting import kept_event, retry
from integration.domain.codes import UNMAPPED
from integration.domain.envelope import FIELDS
from integration.domain.masking import ENVELOPE, masked
from integration.domain.partners import SCOPES
from integration.domain.rights import LINKS, SEES_WAITING
from integration.store import codes, received
from integration.store import waiting as stored
from webui.forms import empty_form, read_form
from webui.identity import User, require
from webui.pages import Pages, see_other

LIST = "/integration/partenaires"
LIST_WORDS = {
    "composition": "Composition du ménage",
    "situation_group": "Situation",
    "need_group": "Motif de la demande",
    "scheme": "Dispositif",
    "reason_group": "Motif de refus",
    "unmet_origin": "Cause de non-réponse",
    "door": "Porte d’entrée",
    "quota": "Contingent",
    "exit_group": "Sortie",
    "priority": "Priorité",
    "dwelling_size": "Taille du logement",
}


class CodeForm(BaseModel):
    """A code and what it stands for."""

    liste: Annotated[str, Field(max_length=64)]
    code: Annotated[str, Field(min_length=1, max_length=130)]
    valeur: Annotated[str, Field(min_length=1, max_length=64)]


class EmptyForm(BaseModel):
    """Nothing but the idempotency key of every form."""


def router(database: Database, pages: Pages, desk: Desk, kept_months: int) -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/partenaires/{partner_id}")
    _Pages(database, pages, desk, kept_months).add_to(routes)
    return routes


class _Pages:
    def __init__(self, database: Database, pages: Pages, desk: Desk, kept_months: int) -> None:
        self.database = database
        self.pages = pages
        self.desk = desk
        self.kept_months = kept_months

    def add_to(self, routes: APIRouter) -> None:
        for path, method, act in (
            ("/codes", "GET", self.codes),
            ("/codes", "POST", self.map),
            ("/quarantaine/{quarantine_id}", "GET", self.waiting),
            ("/quarantaine/{quarantine_id}", "POST", self.again),
        ):
            routes.add_api_route(path, act, methods=[method], response_model=None)

    def _allow(self, request: Request, roles: tuple[str, ...]) -> User:
        return require(request, *roles, territory=self.pages.site.territory)

    async def codes(self, request: Request, partner_id: UUID) -> Response:
        self._allow(request, LINKS)
        async with self.database.read() as tx:
            partner = await queries.partner(tx, partner_id)
            left, done = await codes.unmapped(tx, partner_id), await codes.mapped(tx, partner_id)
        return self.pages.render(
            request,
            "codes.html",
            titre="Codes à rattacher",
            partenaire=partner,
            a_faire=[row | {"choix": _choices(row["list"])} for row in left],
            faits=[row | {"libelle": _label(row["list"], row["value"])} for row in done],
            listes=LIST_WORDS,
            form=empty_form(),
        )

    async def map(self, request: Request, partner_id: UUID) -> Response:
        user = self._allow(request, LINKS)
        form = await read_form(request, CodeForm, {"valeur": "Choisissez une valeur de la liste"})
        if not form.valid:
            raise Refused("invalid", next(iter(form.errors.values())) + ".", 422)
        async with self.database.transaction(user.actor) as tx:
            await map_code(tx, partner_id, form.data.liste, form.data.code, form.data.valeur)
        return see_other(f"{LIST}/{partner_id}/codes", done="code")

    async def waiting(self, request: Request, partner_id: UUID, quarantine_id: UUID) -> Response:
        self._allow(request, SEES_WAITING)
        async with self.database.read() as tx:
            partner = await queries.partner(tx, partner_id)
            row = await stored.one_quarantined(tx, partner_id, quarantine_id)
            event = await kept_event(tx, self.desk.vault, partner_id, quarantine_id)
        form = masked(event, FIELDS | ENVELOPE) if event else None
        return self.pages.render(
            request,
            "quarantaine.html",
            titre="Événement en quarantaine",
            partenaire=partner,
            evenement=row,
            contenu=json.dumps(form, indent=2, ensure_ascii=False) if form else "",
            scopes=SCOPES,
            form=empty_form(),
        )

    async def again(self, request: Request, partner_id: UUID, quarantine_id: UUID) -> Response:
        self._allow(request, SEES_WAITING)
        await read_form(request, EmptyForm)
        async with self.database.read() as tx:
            holder = await received.holder_itself(tx, partner_id)
        if holder is None:
            raise Refused("unknown_partner", "Ce partenaire n’existe pas.", 404)
        now: Any = request.state.now
        oldest = (now - months(self.kept_months)).date()
        answer = await retry(self.database, holder, quarantine_id, self.desk, now, oldest)
        done = "encore" if answer.problem else "retravaille"
        return see_other(f"{LIST}/{partner_id}/quarantaine/{quarantine_id}", done=done)


def _choices(name: str) -> list[tuple[str, str]]:
    return [(str(v), v.label) for v in LISTS[name] if v != UNMAPPED] if name in LISTS else []


def _label(name: str, value: str) -> str:
    return LISTS[name](value).label if name in LISTS else value
