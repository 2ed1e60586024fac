"""Organisations, by the coordinator: what they are, whether their place must stay secret."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, BeforeValidator, Field
from starlette.responses import Response

from contracts.communes import COMMUNES, commune_code, commune_name
from contracts.lists import AccountState, OrgKind
from contracts.refusal import Refused
from registration import queries
from registration.commands import (
    ChangeOrganisation,
    CreateOrganisation,
    change_organisation,
    create_organisation,
)
from registration.web.acting import Counter, Keyed, Ticked, Versioned, add, replaced, take
from registration.web.public import KINDS
from webui.fields import Line
from webui.forms import Form, empty_form, read_form
from webui.pages import see_other

LIST = "/registration/organismes"
ONE = LIST + "/{organisation_id:uuid}"
SENTENCES: Mapping[str, str | Mapping[str, str]] = {
    "name": {"missing": "Indiquez le nom de l’organisme"},
    "kind": "Choisissez un genre d’organisme dans la liste",
    "siren": {"string_pattern_mismatch": "Un numéro SIREN a neuf chiffres"},
    "commune": {"string_pattern_mismatch": "Choisissez une commune de la liste, ou écrivez son code Insee"},
}


Commune = Annotated[str, BeforeValidator(commune_code), Field(pattern=r"^(?:\d{5}|2[AB]\d{3})$")]
"""A commune by its name, or by its code when it is of elsewhere."""


class Record(BaseModel):
    """What is typed of an organisation."""

    name: Annotated[str, Line(300)]
    kind: OrgKind
    siren: Annotated[str, Field(pattern=r"^\d{9}$")] | None = None
    commune: Commune | None = None
    address: Annotated[str, Line(300)] | None = None
    sole_trader: Ticked = False
    secret_location: Ticked = False


class NewForm(Record, Keyed):
    """A new record: the key is its id."""


class ChangeForm(Record, Versioned):
    """The whole new record."""

    closed: Ticked = False


class Organisations(Counter):
    """Pages of organisations."""

    def routes(self) -> APIRouter:
        """Their addresses."""
        router = APIRouter()
        add(router, LIST, self.everyone)
        add(router, LIST + "/nouveau", self.new)
        take(router, LIST + "/nouveau", self.create)
        add(router, ONE, self.organisation)
        take(router, ONE, self.change)
        return router

    async def everyone(self, request: Request) -> Response:
        """All of them, by name."""
        self.coordinator(request)
        search = request.query_params.get("q", "")[:200]
        async with self.desk.database.read() as tx:
            found = await queries.organisations(tx)
        kept = [o for o in found if search.casefold() in o.name.casefold()]
        return self.pages.render(
            request,
            "organismes.html",
            titre="Organismes",
            organismes=[(o, o.commune and commune_name(o.commune)) for o in kept],
            total=len(found),
            q=search,
        )

    async def new(self, request: Request) -> Response:
        """An empty record."""
        self.coordinator(request)
        return self._page(request, empty_form())

    async def create(self, request: Request) -> Response:
        """Keeps it."""
        user = self.coordinator(request)
        form = await read_form(request, NewForm, SENTENCES)
        status = 422
        if form.valid:
            values = form.data.model_dump(exclude={"cle_idempotence"})
            asked = CreateOrganisation(organisation_id=form.data.cle_idempotence, **values)
            try:
                async with self.desk.database.transaction(user.actor) as tx:
                    await create_organisation(tx, user, asked)
                return see_other(LIST, done="organisme")
            except Refused as refusal:
                if refusal.status == 403:
                    raise
                status, form = refusal.status, form.refused(refusal)
        return self._page(request, form, status)

    async def organisation(self, request: Request, organisation_id: UUID) -> Response:
        """The record, as kept."""
        self.coordinator(request)
        return self._page(request, empty_form(await self._typed(organisation_id)), known=organisation_id)

    async def change(self, request: Request, organisation_id: UUID) -> Response:
        """Replaces the record."""
        user = self.coordinator(request)
        form = await read_form(request, ChangeForm, SENTENCES)
        status, stale = 422, False
        if form.valid:
            values = form.data.model_dump(exclude={"cle_idempotence", "closed"})
            asked = ChangeOrganisation(**values, active=not form.data.closed)
            try:
                await self.act(
                    request, user, form, lambda tx: change_organisation(tx, user, organisation_id, asked)
                )
                return see_other(LIST, done="organisme")
            except Refused as refusal:
                if refusal.status in (403, 404):
                    raise
                status, stale = refusal.status, refusal.code == "stale_version"
                form = form.refused(refusal) if not stale else form
        if stale:
            recorded = await self._typed(organisation_id)
            form = replaced(form, version=recorded["version"])
            return self._page(request, form, status, organisation_id, _differences(form, recorded))
        return self._page(request, form, status, organisation_id)

    async def _typed(self, organisation_id: UUID) -> dict[str, Any]:
        async with self.desk.database.read() as tx:
            found = await queries.organisation(tx, organisation_id)
        if found is None:
            raise Refused("unknown_organisation", "Cet organisme n’existe pas.", 404)
        return {
            "version": found.version,
            "name": found.name,
            "kind": found.kind.value,
            "siren": found.siren,
            "commune": found.commune and commune_name(found.commune),
            "address": found.address,
            "sole_trader": "oui" if found.sole_trader else None,
            "secret_location": "oui" if found.secret_location else None,
            "closed": None if found.state is AccountState.ACTIVE else "oui",
        }

    def _page(
        self,
        request: Request,
        form: Form[Any],
        status: int = 200,
        known: UUID | None = None,
        conflict: list[tuple[str, str, str]] | None = None,
    ) -> Response:
        return self.pages.render(
            request,
            "organisme.html",
            status,
            titre=(form.value("name") or "Organisme") if known else "Nouvel organisme",
            erreur=bool(form.errors),
            form=form,
            connu=known,
            genres=KINDS,
            communes=sorted(COMMUNES.values()),
            conflit=conflict,
        )


LABELS = {
    "name": "Nom",
    "kind": "Genre",
    "siren": "SIREN",
    "commune": "Commune",
    "address": "Adresse",
    "sole_trader": "Personne seule",
    "secret_location": "Lieu tenu secret",
    "closed": "Fermé",
}


def _differences(form: Form[Any], recorded: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (label, str(recorded[name] or ""), form.value(name))
        for name, label in LABELS.items()
        if str(recorded[name] or "") != form.value(name)
    ]
