"""Drafts: kept as typed at every step, compared when two people wrote, transmitted when they can be."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.responses import Response

from cases.commands.admission import submit_case
from cases.commands.completing import complete_draft
from cases.commands.drafts import (
    may_write,
    open_draft,
    save_draft,
    start_completion,
    start_draft,
    throw_draft,
)
from cases.commands.telling_near import tell_near
from cases.domain.careful_words import warnings
from cases.domain.drafting import Reading, differing, normal, read_typed
from cases.domain.pasting import Pasted, read_row
from cases.domain.rights import Viewer
from cases.queries import drafts as listed
from cases.queries.people import names, referrers
from cases.store import cases
from cases.store.access import log_reading
from cases.store.desk import Desk
from cases.store.files import Draft
from cases.store.viewers import viewer_of
from cases.web import draft_form
from cases.web.acting import Counter
from contracts.lists import Door, Role
from contracts.refusal import Refused
from eventing.db import Tx
from webui.acting import Keyed, add, now, take
from webui.forms import KEY_FIELD, Form, empty_form, read_form
from webui.identity import User
from webui.pages import Pages, see_other

PLACE = "/cases/brouillons/{case_id}"
NOT_TYPED = frozenset({KEY_FIELD, "version", "action", "referrer", "pasted"})
FREE_TEXTS = ("housing_wish", "support_in_place", "attempts", "obstacles", "question_text")


class Sending(BaseModel):
    """What comes with every sending of the form, whatever was typed."""

    action: str = "garder"
    version: int = 0


@dataclass(frozen=True)
class Drafts(Counter):
    """The pages."""

    def routes(self) -> APIRouter:
        """Their addresses."""
        router = APIRouter()
        add(router, "/cases/brouillons", self.listing)
        add(router, "/cases/brouillons/nouveau", self.new)
        add(router, PLACE, self.page)
        take(router, PLACE, self.send)
        add(router, PLACE + "/jeter", self.ask_to_throw)
        take(router, PLACE + "/jeter", self.throw)
        take(router, "/cases/dossiers/{case_id}/completer", self.complete)
        return router

    async def listing(self, request: Request) -> Response:
        """Every draft that one may go on with."""
        user = self.signed_in(request)
        async with self.desk.database.read() as tx:
            viewer = await self._writer(tx, user)
            found = await listed.drafts(tx, self.desk.vault, viewer)
            known = await names(tx, (each.author_id for each in found))
        return self.pages.render(
            request, "brouillons.html", titre="Brouillons", brouillons=found, noms=known, moi=user.account_id
        )

    async def new(self, request: Request) -> Response:
        """An empty form under an id of its own: nothing is written before the first sending."""
        user = self.signed_in(request)
        async with self.desk.database.read() as tx:
            viewer = await self._writer(tx, user)
            fresh = empty_form({"social.adults": "1", "persons.0.asked_first": "oui"})
            return await self._form(tx, request, viewer, tx.new_id(), None, fresh)

    async def page(self, request: Request, case_id: UUID) -> Response:
        """A draft, as it was typed."""
        user = self.signed_in(request)
        async with self.desk.database.transaction(user.actor) as tx:
            viewer = await self._writer(tx, user)
            if await cases.load(tx, case_id) is not None:
                draft = await self._completion(tx, user, case_id)
                if draft is None:
                    return see_other(f"/cases/dossiers/{case_id}")
            draft = await open_draft(tx, self.desk, user, case_id)
            if draft.completes or draft.author_id != user.account_id:
                await log_reading(tx, viewer, "identity", case_id=case_id)
            return await self._form(tx, request, viewer, case_id, draft, Form(normal(draft.typed)))

    async def _completion(self, tx: Tx, user: User, case_id: UUID) -> Draft | None:
        try:
            return await open_draft(tx, self.desk, user, case_id)
        except Refused:
            return None

    async def send(self, request: Request, case_id: UUID) -> Response:
        """Keep what was typed; then, if asked, add a line or transmit. Nothing typed is ever lost."""
        user = self.signed_in(request)
        form = await read_form(request, Sending)
        typed = typed_of(form)
        action = form.value("action", "garder")
        if action == "coller":
            return await self._paste(request, user, case_id, form)
        try:
            draft = await self._keep(user, case_id, typed, form)
        except Refused as refusal:
            if refusal.code == "stale_version":
                return await self._conflict(request, user, case_id, form)
            raise
        if action == "discret":
            return self.pages.fragment(request, "brouillon.html", "garde", brouillon=draft, titre="")
        if action == "transmettre":
            return await self._transmit(request, user, draft, form)
        if action.startswith("ajouter"):
            async with self.desk.database.read() as tx:
                viewer = await self._writer(tx, user)
                more = {"personne": (1, 0), "numero": (0, 1)}.get(action.removeprefix("ajouter-"), (0, 0))
                return await self._form(tx, request, viewer, case_id, draft, form, more)
        return see_other(f"/cases/brouillons/{case_id}", "garde")

    async def _paste(self, request: Request, user: User, case_id: UUID, form: Form[Any]) -> Response:
        """What a line of SI SIAO says goes into the fields that are still empty; nothing is written yet."""
        pasted = read_row(form.value("pasted"))
        values = {**pasted.typed, **typed_of(form)}
        filled: Form[Any] = Form({**values, "version": [form.value("version", "0")]}, {})
        async with self.desk.database.read() as tx:
            viewer = await self._writer(tx, user)
            known = await self._completion(tx, user, case_id)
            return await self._form(tx, request, viewer, case_id, known, filled, pasted=pasted)

    async def _keep(self, user: User, case_id: UUID, typed: dict[str, Any], form: Form[Any]) -> Draft:
        version, aside = _version(form), form.value("action") == "discret"
        async with self.desk.database.transaction(user.actor) as tx:
            if version == 0:
                await start_draft(tx, self.desk, user, case_id, typed, form=form.key)
            return await save_draft(tx, self.desk, user, case_id, typed, version, form=form.key, aside=aside)

    async def _transmit(self, request: Request, user: User, draft: Draft, form: Form[Any]) -> Response:
        read = read_typed(draft.typed)
        try:
            if read.file is None:
                raise Refused("unreadable", "Des réponses sont à revoir.", 422, read.errors)
            async with self.desk.database.transaction(user.actor) as tx:
                if draft.completes:
                    await complete_draft(tx, self.desk, user, draft.case_id, read)
                    return see_other(f"/cases/dossiers/{draft.case_id}", "complete")
                await self._submit(tx, user, draft, read)
                near = await tell_near(tx, self.desk, user, draft.case_id)
            here = f"/cases/dossiers/{draft.case_id}"
            if read.file.social.protected and not user.has(Role.SIAO_AGENT, Role.COORDINATOR):
                return see_other(f"{here}/proteger", "transmis-protege")
            return see_other(here, "transmis-doublon" if near else "transmis")
        except Refused as refusal:
            if refusal.status not in (409, 422):
                raise
            async with self.desk.database.read() as tx:
                viewer = await self._writer(tx, user)
                refused = form.refused(refusal)
                return await self._form(tx, request, viewer, draft.case_id, draft, refused, status=422)

    async def _submit(self, tx: Tx, user: User, draft: Draft, read: Reading) -> None:
        assert read.file is not None
        referrer = None
        if read.referrer_id is not None and read.organisation_id is not None:
            referrer = (read.referrer_id, read.organisation_id)
        await submit_case(
            tx,
            self.desk,
            user,
            draft.case_id,
            read.file,
            read.information,
            read.agreement,
            door=read.door or Door.REFERRER,
            referrer=referrer,
            version=draft.version,
        )

    async def _form(
        self,
        tx: Tx,
        request: Request,
        viewer: Viewer,
        case_id: UUID,
        draft: Draft | None,
        form: Form[Any],
        more: tuple[int, int] = (0, 0),
        status: int = 200,
        pasted: Pasted | None = None,
    ) -> Response:
        siao = viewer.has(Role.SIAO_AGENT, Role.COORDINATOR)
        people = await referrers(tx, self.desk.territory) if siao else []
        texts = [(f"social.{name}", form.value(f"social.{name}")) for name in FREE_TEXTS]
        return self.pages.render(
            request,
            "brouillon.html",
            status,
            titre=_title(draft),
            erreur=bool(form.errors),
            direct=True,
            form=form,
            brouillon=draft,
            case_id=case_id,
            pour_autrui=siao and not (draft and draft.completes),
            referents=people,
            personnes=draft_form.places("persons", form.values, more[0]),
            numeros=draft_form.places("numbers", form.values, more[1]),
            listes=draft_form.LISTS_SHOWN,
            attention=dict(warnings(texts)),
            colle=pasted,
            noms_lus=[draft_form.name_of(name) for name in pasted.typed] if pasted else [],
            transmis=bool(draft and draft.completes),
            aujourdhui=now(request).date(),
        )

    async def _conflict(self, request: Request, user: User, case_id: UUID, form: Form[Any]) -> Response:
        async with self.desk.database.read() as tx:
            draft = await open_draft(tx, self.desk, user, case_id)
        if form.value("action") == "discret":
            return self.pages.fragment(
                request, "brouillon_conflit.html", "depasse", brouillon=draft, titre=""
            )
        return self.pages.render(
            request,
            "brouillon_conflit.html",
            409,
            titre="Deux versions de ce brouillon",
            brouillon=draft,
            ecarts=[(draft_form.name_of(n), a, b) for n, a, b in differing(typed_of(form), draft.typed)],
            tapees=[(name, text) for name, texts in typed_of(form).items() for text in texts],
        )

    async def ask_to_throw(self, request: Request, case_id: UUID) -> Response:
        """Throwing away is asked once more."""
        user = self.signed_in(request)
        async with self.desk.database.read() as tx:
            draft = await open_draft(tx, self.desk, user, case_id)
        called = listed.household_of(draft.typed)
        return self.pages.render(
            request,
            "brouillon_jeter.html",
            titre="Supprimer ce brouillon ?",
            brouillon=draft,
            menage_nomme=called,
        )

    async def throw(self, request: Request, case_id: UUID) -> Response:
        """It was never transmitted: nothing is left of it."""
        user = self.signed_in(request)
        form = await read_form(request, Keyed)
        await self.act(request, user, form, lambda tx: throw_draft(tx, self.desk, user, case_id))
        return see_other("/cases/brouillons", "jete")

    async def complete(self, request: Request, case_id: UUID) -> Response:
        """Go on from what was transmitted."""
        user = self.signed_in(request)
        async with self.desk.database.transaction(user.actor) as tx:
            await start_completion(tx, self.desk, user, case_id)
        return see_other(f"/cases/brouillons/{case_id}")

    async def _writer(self, tx: Tx, user: User) -> Viewer:
        viewer = await viewer_of(tx, user, self.desk.territory)
        may_write(viewer)
        return viewer


def typed_of(form: Form[Any]) -> dict[str, list[str]]:
    """What somebody typed, and whom they type it for."""
    typed = {name: list(values) for name, values in form.values.items() if name not in NOT_TYPED}
    person, _, organisation = form.value("referrer").partition(" ")
    if person and organisation:
        typed |= {"referrer_id": [person], "organisation_id": [organisation]}
    return normal(typed)


def _version(form: Form[Any]) -> int:
    text = form.value("version", "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _title(draft: Draft | None) -> str:
    if draft is None:
        return "Nouvelle situation"
    return "Compléter le dossier" if draft.completes else "Brouillon"


def router(desk: Desk, pages: Pages) -> APIRouter:
    """The routes."""
    return Drafts(desk, pages).routes()
