"""The pages on partners: who sends what, their keys, what was not taken, whose organisations they name."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from contracts.integration import CoverageDeclared
from contracts.refusal import Refused
from eventing.db import Database
from eventing.requests import remember, settle
from integration import queries
from integration.commands import partners, references
from integration.commands.partners import PartnerTerms
from integration.domain.limits import MAX_BATCH, Rates
from integration.domain.partners import SCOPES, USUAL
from integration.domain.rights import DECIDES, LINKS, REVOKES, SEES, SEES_QUARANTINE, SEES_WAITING
from webui.accounts import organisations
from webui.fields import Email
from webui.forms import Form, Line, empty_form, read_form
from webui.identity import User, require
from webui.pages import Pages, see_other

LIST = "/integration/partenaires"
Rate = Annotated[int, Field(ge=1, le=100_000)]


class TermsForm(BaseModel):
    """What a coordinator decides; no rate lifts the limit."""

    nom: Annotated[str, Line(120)]
    donnees: list[str] = []
    debit: Rate | None = None
    rafale: Rate = MAX_BATCH
    historique: Rate | None = None
    ouvert: str = ""
    organisme: UUID | None = None
    dpo: Email | None = None

    def terms(self, is_open: bool) -> PartnerTerms:
        """As the command takes them."""
        rates = Rates(self.debit, self.rafale, self.historique)
        return PartnerTerms(self.nom, self.donnees, rates, is_open, self.organisme, self.dpo or None)


class NewForm(TermsForm):
    """A new partner."""

    source: Annotated[str, Line(200)]


class LinkForm(BaseModel):
    """A reference and whose it is."""

    reference: Annotated[str, Field(max_length=64)]
    organisme: UUID


class KeyForm(BaseModel):
    """Nothing but the idempotency key of every form."""


MESSAGES = {
    "nom": "Donnez un nom à ce partenaire, par exemple CMAO 115",
    "source": "Indiquez la source, par exemple urn:seuil:partner:cmao-115",
    "organisme": "Choisissez un organisme de la liste",
}
FIELDS = {"/source": "source", "/scopes": "donnees"}


def router(database: Database, pages: Pages) -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/partenaires")
    _Pages(database, pages).add_to(routes)
    return routes


class _Pages:
    def __init__(self, database: Database, pages: Pages) -> None:
        self.database = database
        self.pages = pages

    def add_to(self, routes: APIRouter) -> None:
        for path, page, act in (
            ("", self.everyone, None),
            ("/nouveau", self.new, self.add),
            ("/{partner_id}", self.one, None),
            ("/{partner_id}/modifier", self.edit, self.change),
            ("/{partner_id}/cles", None, self.give_key),
            ("/{partner_id}/cles-d-essai", None, self.give_test_key),
            ("/{partner_id}/cles/{key_id}/revoquer", self.ask_revoke, self.revoke),
            ("/{partner_id}/organismes", None, self.link),
        ):
            if page is not None:
                routes.add_api_route(path, page, methods=["GET"], response_model=None)
            if act is not None:
                routes.add_api_route(path, act, methods=["POST"], response_model=None)

    def _allow(self, request: Request, roles: tuple[str, ...]) -> User:
        return require(request, *roles, territory=self.pages.site.territory)

    def _has(self, user: User, roles: tuple[str, ...]) -> bool:
        return user.has(*roles, territory=self.pages.site.territory)

    async def everyone(self, request: Request) -> Response:
        user = self._allow(request, SEES)
        async with self.database.read() as tx:
            found = await queries.partners(tx)
        return self.pages.render(
            request,
            "partenaires.html",
            titre="Partenaires",
            partenaires=found,
            decide=self._has(user, DECIDES),
        )

    async def new(self, request: Request) -> Response:
        self._allow(request, DECIDES)
        form = empty_form({"donnees": list(USUAL), "debit": 50, "rafale": MAX_BATCH, "historique": 200})
        return await self._form(request, form, None)

    async def add(self, request: Request) -> Response:
        user = self._allow(request, DECIDES)
        form = await read_form(request, NewForm, MESSAGES)
        if form.valid:
            try:
                async with self.database.transaction(user.actor) as tx:
                    partner_id = _uuid(form.key) or tx.new_id()
                    await partners.add_partner(tx, partner_id, form.data.source, form.data.terms(True))
                return see_other(f"{LIST}/{partner_id}", done="ouvert")
            except Refused as refusal:
                form = _named(form, refusal)
        return await self._form(request, form, None, 422)

    async def one(self, request: Request, partner_id: UUID) -> Response:
        user = self._allow(request, SEES)
        async with self.database.read() as tx:
            sheet = await queries.sheet(tx, partner_id)
            known = [o for o in await organisations(tx) if o.active]
        return self.pages.render(
            request,
            "partenaire.html",
            titre=sheet.partner["name"],
            fiche=sheet,
            scopes=SCOPES,
            couverture=[CoverageDeclared.read(row["fact"]) for row in sheet.coverage if row["fact"]],
            organismes=[(str(o.organisation_id), o.name) for o in known],
            decide=self._has(user, DECIDES),
            revoque=self._has(user, REVOKES),
            rattache=self._has(user, LINKS),
            voit_quarantaine=self._has(user, SEES_QUARANTINE),
            voit_forme=self._has(user, SEES_WAITING),
            form=empty_form(),
        )

    async def edit(self, request: Request, partner_id: UUID) -> Response:
        self._allow(request, DECIDES)
        async with self.database.read() as tx:
            row = await queries.partner(tx, partner_id)
        form = empty_form(
            {
                "nom": row["name"],
                "donnees": row["scopes"],
                "debit": row["events_per_second"],
                "rafale": row["burst"],
                "historique": row["backfill_per_second"],
                "ouvert": "oui" if row["open"] else None,
                "organisme": str(row["organisation_id"] or ""),
                "dpo": row["dpo_email"] or "",
            }
        )
        return await self._form(request, form, row)

    async def change(self, request: Request, partner_id: UUID) -> Response:
        user = self._allow(request, DECIDES)
        form = await read_form(request, TermsForm, MESSAGES)
        async with self.database.read() as tx:
            row = await queries.partner(tx, partner_id)
        if form.valid:
            try:
                async with self.database.transaction(user.actor) as tx:
                    terms = form.data.terms(form.data.ouvert == "oui")
                    await partners.change_partner(tx, partner_id, terms)
                return see_other(f"{LIST}/{partner_id}", done="modifie")
            except Refused as refusal:
                form = _named(form, refusal)
        return await self._form(request, form, row, 422)

    async def give_test_key(self, request: Request, partner_id: UUID) -> Response:
        return await self.give_key(request, partner_id, test=True)

    async def give_key(self, request: Request, partner_id: UUID, *, test: bool = False) -> Response:
        user = self._allow(request, DECIDES)
        form = await read_form(request, KeyForm)
        shown = None
        async with self.database.transaction(user.actor) as tx:
            row = await queries.partner(tx, partner_id)
            name = form.key or str(tx.new_id())
            if await remember(tx, user.actor, name, partner_id.bytes) is None:
                shown = await partners.give_key(tx, partner_id, test)
                await settle(tx, user.actor, name, "given", str(shown.key_id))
        return self.pages.render(
            request,
            "cle.html",
            titre="Nouvelle clé" if shown else "Clé déjà montrée",
            partenaire=row,
            cle=shown,
        )

    async def ask_revoke(self, request: Request, partner_id: UUID, key_id: UUID) -> Response:
        self._allow(request, REVOKES)
        async with self.database.read() as tx:
            row = await queries.partner(tx, partner_id)
            found = [key for key in await queries.keys(tx, partner_id) if key["key_id"] == key_id]
        if not found:
            raise Refused("unknown_key", "Cette clé n’existe pas.", 404)
        return self.pages.render(
            request,
            "revoquer.html",
            titre="Révoquer cette clé ?",
            partenaire=row,
            cle=found[0],
            form=empty_form(),
        )

    async def revoke(self, request: Request, partner_id: UUID, key_id: UUID) -> Response:
        user = self._allow(request, REVOKES)
        async with self.database.transaction(user.actor) as tx:
            await partners.revoke_key(tx, partner_id, key_id)
        return see_other(f"{LIST}/{partner_id}", done="revoquee")

    async def link(self, request: Request, partner_id: UUID) -> Response:
        user = self._allow(request, LINKS)
        form = await read_form(request, LinkForm, MESSAGES)
        if not form.valid:
            raise Refused("invalid", next(iter(form.errors.values())) + ".", 422)
        async with self.database.transaction(user.actor) as tx:
            await references.link_organisation(tx, partner_id, form.data.reference, form.data.organisme)
        return see_other(f"{LIST}/{partner_id}", done="rattache")

    async def _form(self, request: Request, form: Form[Any], row: Any, status: int = 200) -> Response:
        async with self.database.read() as tx:
            known = [(str(o.organisation_id), o.name) for o in await organisations(tx) if o.active]
        return self.pages.render(
            request,
            "formulaire.html",
            status,
            titre="Réglages du partenaire" if row else "Ouvrir un accès partenaire",
            erreur=bool(form.errors),
            form=form,
            partenaire=row,
            scopes=SCOPES,
            organismes=known,
        )


def _named(form: Form[Any], refusal: Refused) -> Form[Any]:
    found = {FIELDS.get(e.pointer, ""): e.detail for e in refusal.errors}
    return form.with_errors(found or {"": refusal.text})


def _uuid(text: str) -> UUID | None:
    try:
        found = UUID(text)
    except ValueError:
        return None
    return found if found.version == 4 else None
