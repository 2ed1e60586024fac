"""The organisers' page of a commission: who is registered, who waits; adding, changing, cancelling."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from contracts.lists import ByWhom
from contracts.refusal import Refused
from eventing.db import Tx
from registration import documents, queries
from registration.commands import SignUp, cancel_registration, change_registration, sign_up
from registration.domain.roster import OPEN, ChoiceState, State
from registration.queries import Participant
from registration.web.acting import Counter, Keyed, add, take
from registration.web.commissions import ONE, console
from registration.web.listing import MESSAGES, PAGE, STATES, chips, filter_of, lines, page_of, sorted_by
from registration.web.public import (
    KINDS,
    SENTENCES,
    Person,
    by_slot,
    chosen,
    organisation_of,
)
from registration.web.wording import Shown, sign_up_words, workshop_words
from webui.fields import CivilDate
from webui.forms import Form, empty_form, read_form
from webui.pages import see_other


class AddForm(Person, Keyed):
    """Somebody registered by the coordinator, today or in arrears."""

    occurred_on: CivilDate | None = None


class Console(Counter):
    """Tabs of a commission."""

    def routes(self) -> APIRouter:
        """Their addresses."""
        router = APIRouter()
        add(router, ONE + "/inscrits", self.registered)
        add(router, ONE + "/inscrits.csv", self.csv)
        add(router, ONE + "/inscrits.xlsx", self.xlsx)
        add(router, ONE + "/attente", self.waiting)
        add(router, ONE + "/ateliers", self.workshops)
        add(router, ONE + "/inscrire", self.ask_person)
        take(router, ONE + "/inscrire", self.add_person)
        one = ONE + "/inscrits/{registration_id:uuid}"
        add(router, one, self.person)
        take(router, one + "/ateliers", self.change)
        add(router, one + "/annuler", self.ask_cancel)
        take(router, one + "/annuler", self.cancel)
        return router

    async def registered(self, request: Request, commission_id: UUID) -> Response:
        """The list, filtered and sorted by its address."""
        user = self.organiser(request)
        wanted, sort = filter_of(request), request.query_params.get("tri", "-rang")
        async with self.desk.database.read() as tx:
            vue = await self.shown(tx, request, commission_id)
            people = await queries.participants(tx, commission_id, everyone=True)
        kept = sorted_by([p for p in people if wanted.keeps(p)], sort)
        page = page_of(request, len(kept))
        here = str(request.url.path) + (f"?{request.url.query}" if request.url.query else "")
        return self.pages.render(
            request,
            "console_inscrits.html",
            titre=f"Inscriptions : {vue.commission.title}",
            vue=vue,
            onglet="inscrits",
            lignes=lines(kept[(page - 1) * PAGE : page * PAGE], vue.commission),
            filtre=wanted,
            puces=chips(wanted, vue, here),
            total=len(people),
            montres=len(kept),
            tri=sort,
            ici=here,
            page=page,
            pages=max(1, -(-len(kept) // PAGE)),
            etats=STATES,
            genres=KINDS,
            messages=MESSAGES,
            etats_ateliers=[(w, workshop_words(w)) for w in vue.view.workshops],
            droits=_rights(user, self.territory),
        )

    async def csv(self, request: Request, commission_id: UUID) -> Response:
        """What is on the screen, as CSV."""
        people, name = await self._export(request, commission_id)
        return documents.participants_csv(people, name)

    async def xlsx(self, request: Request, commission_id: UUID) -> Response:
        """What is on the screen, as a spreadsheet."""
        people, name = await self._export(request, commission_id)
        return documents.participants_xlsx(people, name)

    async def waiting(self, request: Request, commission_id: UUID) -> Response:
        """Who waits for the whole and for each workshop, in order, and to whom a place is offered."""
        user = self.organiser(request)
        async with self.desk.database.read() as tx:
            vue = await self.shown(tx, request, commission_id)
            people = await queries.participants(tx, commission_id)
        whole = [p for p in people if p.state in (State.WAITLISTED, State.OFFERED)]
        return self.pages.render(
            request,
            "console_attente.html",
            titre=f"Liste d’attente : {vue.commission.title}",
            vue=vue,
            onglet="attente",
            listes=[
                {"titre": "La commission", "gens": [(p, p.rank, p.offer_until) for p in whole]},
                *[
                    {"titre": f"Atelier « {w.title} »", "gens": _waiting_for(people, w.workshop_id)}
                    for w in vue.view.workshops
                ],
            ],
            droits=_rights(user, self.territory),
        )

    async def workshops(self, request: Request, commission_id: UUID) -> Response:
        """Each workshop, its places and who is in it."""
        user = self.organiser(request)
        async with self.desk.database.read() as tx:
            vue = await self.shown(tx, request, commission_id)
            people = await queries.participants(tx, commission_id)
        return self.pages.render(
            request,
            "console_ateliers.html",
            titre=f"Ateliers : {vue.commission.title}",
            vue=vue,
            onglet="ateliers",
            groupes=[(w, _in_workshop(people, w.workshop_id)) for w in vue.view.workshops],
            droits=_rights(user, self.territory),
        )

    async def ask_person(self, request: Request, commission_id: UUID) -> Response:
        """The form to register somebody."""
        self.coordinator(request)
        async with self.desk.database.read() as tx:
            vue = await self.shown(tx, request, commission_id)
            names = await self._names(tx)
        return self._add_page(request, vue, empty_form(), names)

    async def add_person(self, request: Request, commission_id: UUID) -> Response:
        """Registers somebody on the coordinator's word, in arrears if a past day is given."""
        user = self.coordinator(request)
        form = await read_form(request, AddForm, SENTENCES)
        async with self.desk.database.read() as tx:
            vue = await self.shown(tx, request, commission_id)
            organisations = await queries.organisations(tx, active_only=True)
        wanted = chosen(form)
        status = 422
        if form.valid:
            data = form.data
            asked = SignUp(
                registration_id=data.cle_idempotence,
                email=data.email,
                given_name=data.given_name,
                family_name=data.family_name,
                workshops=wanted[:20],
                occurred_on=data.occurred_on,
                **organisation_of(data, organisations),
            )
            try:
                async with self.desk.database.transaction(user.actor) as tx:
                    await sign_up(
                        tx, self.desk.rules, user, commission_id, asked, on_behalf=ByWhom.COORDINATOR
                    )
                return see_other(console(commission_id), done="inscrite")
            except Refused as refusal:
                if refusal.status in (403, 404):
                    raise
                status, form = refusal.status, form.refused(refusal)
        return self._add_page(request, vue, form, [o.name for o in organisations], status)

    async def person(self, request: Request, commission_id: UUID, registration_id: UUID) -> Response:
        """One sign-up: its state, its workshops, its messages."""
        user = self.organiser(request)
        async with self.desk.database.read() as tx:
            vue = await self.shown(tx, request, commission_id)
            found = await self._one(tx, commission_id, registration_id)
        return self._person_page(request, vue, found, _choices(found), user.has("coordinator"))

    async def change(self, request: Request, commission_id: UUID, registration_id: UUID) -> Response:
        """Changes somebody's workshops."""
        user = self.coordinator(request)
        form = await read_form(request, Keyed)
        async with self.desk.database.read() as tx:
            vue = await self.shown(tx, request, commission_id)
            found = await self._one(tx, commission_id, registration_id)
        workshops = chosen(form)
        if not form.valid:
            raise Refused("invalid", "La demande reçue est incomplète. Rien n’a été changé.", 422)
        try:
            await self.act(
                request,
                user,
                form,
                lambda tx: change_registration(tx, self.desk.rules, user, registration_id, workshops),
            )
        except Refused as refusal:
            if refusal.status in (403, 404):
                raise
            form = form.with_errors({"": refusal.text})
            return self._person_page(request, vue, found, form, True, refusal.status)
        return see_other(f"{console(commission_id)}/{registration_id}", done="inscription_changee")

    async def ask_cancel(self, request: Request, commission_id: UUID, registration_id: UUID) -> Response:
        """Asks before cancelling somebody's sign-up."""
        self.coordinator(request)
        async with self.desk.database.read() as tx:
            vue = await self.shown(tx, request, commission_id)
            found = await self._one(tx, commission_id, registration_id)
        return self.pages.render(
            request, "inscription_annuler.html", titre="Annuler cette inscription ?", vue=vue, p=found
        )

    async def cancel(self, request: Request, commission_id: UUID, registration_id: UUID) -> Response:
        """Cancels somebody's sign-up; the freed place is offered on."""
        user = self.coordinator(request)
        form = await read_form(request, Keyed)
        async with self.desk.database.read() as tx:
            await self.shown(tx, request, commission_id)
            await self._one(tx, commission_id, registration_id)
        if not form.valid:
            raise Refused("invalid", "La demande reçue est incomplète. Rien n’a été changé.", 422)
        await self.act(
            request, user, form, lambda tx: cancel_registration(tx, self.desk.rules, user, registration_id)
        )
        return see_other(console(commission_id), done="inscription_annulee")

    async def _export(self, request: Request, commission_id: UUID) -> tuple[list[list[object]], str]:
        self.attendant(request)
        wanted = filter_of(request)
        async with self.desk.database.read() as tx:
            vue = await self.shown(tx, request, commission_id)
            people = await queries.participants(tx, commission_id, everyone=True)
        kept = sorted_by([p for p in people if wanted.keeps(p)], request.query_params.get("tri", ""))
        rows = documents.rows(kept, [sign_up_words(p, vue.commission).text for p in kept])
        return rows, f"inscrits-{vue.commission.day.isoformat()}"

    async def _names(self, tx: Tx) -> list[str]:
        return [o.name for o in await queries.organisations(tx, active_only=True)]

    async def _one(self, tx: Tx, commission_id: UUID, registration_id: UUID) -> Participant:
        people = await queries.participants(tx, commission_id, everyone=True)
        found = next((p for p in people if p.registration_id == registration_id), None)
        if found is None:
            raise Refused("unknown_registration", "Cette inscription n’existe pas.", 404)
        return found

    def _add_page(
        self, request: Request, vue: Shown, form: Form[Any], names: list[str], status: int = 200
    ) -> Response:
        return self.pages.render(
            request,
            "inscrire.html",
            status,
            titre="Inscrire une personne",
            erreur=bool(form.errors),
            vue=vue,
            form=form,
            creneaux=by_slot(vue.view),
            organismes=names,
            genres=KINDS,
        )

    def _person_page(
        self,
        request: Request,
        vue: Shown,
        found: Participant,
        form: Form[Any],
        coordinates: bool,
        status: int = 200,
    ) -> Response:
        return self.pages.render(
            request,
            "inscription.html",
            status,
            titre=found.name,
            erreur=bool(form.errors),
            vue=vue,
            ligne=lines([found], vue.commission)[0],
            form=form,
            creneaux=by_slot(vue.view, found.workshops),
            coordonne=coordinates,
            ouverte=found.state in OPEN,
        )


def _rights(user: Any, territory: str) -> dict[str, bool]:
    return {
        "coordonne": user.has("coordinator", territory=territory),
        "emarge": user.has("coordinator", "siao_agent", territory=territory),
    }


def _choices(found: Participant) -> Form[Any]:
    order = sorted(found.workshops, key=lambda w: w.state is ChoiceState.SEATED)
    return empty_form({f"atelier_{w.slot}": w.workshop_id for w in order})


def _waiting_for(people: Sequence[Participant], workshop_id: UUID) -> list[tuple[Participant, Any, Any]]:
    found = [
        (p, w.rank, w.offer_until)
        for p in people
        for w in p.workshops
        if w.workshop_id == workshop_id and w.state in (ChoiceState.WAITING, ChoiceState.OFFERED)
    ]
    return sorted(found, key=lambda line: (line[2] is None, line[1] or 0))


def _in_workshop(people: Sequence[Participant], workshop_id: UUID) -> list[Participant]:
    return [
        p
        for p in people
        if any(w.workshop_id == workshop_id and w.state is ChoiceState.SEATED for w in p.workshops)
    ]
