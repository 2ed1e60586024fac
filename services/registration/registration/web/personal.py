"""The pages behind a mailed link. Only its button acts: mail scanners read links."""

from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from contracts.lists import LinkPurpose
from contracts.refusal import Refused
from eventing.db import Tx
from eventing.requests import settle
from registration import queries
from registration.commands import (
    accept_offer,
    cancel_participation,
    change_participation,
    decline_offer,
    once,
    open_participation,
    open_session,
    prove,
)
from registration.documents import public_calendar
from registration.domain.commission import CommissionState
from registration.domain.roster import OPEN, ChoiceState, State
from registration.queries import Participation
from registration.web.acting import Counter, Keyed, add, content_of, now, take
from registration.web.public import by_slot, chosen
from registration.web.signin import give_session
from registration.web.wording import LINK_TITLES, Shown, choice_words, rank, state_words
from webui import links
from webui.forms import Form, empty_form, read_form
from webui.french import date_fr
from webui.links import Link
from webui.pages import see_other

CUT = "Ce lien est incomplet ou n’est plus valable. Ouvrez-le depuis le dernier message reçu."
Acts = Literal["changer", "annuler", "prendre", "laisser"]
DONE_OF: dict[Acts, str] = {
    "changer": "modifiee",
    "annuler": "annulee",
    "prendre": "place_prise",
    "laisser": "place_laissee",
}


class OwnForm(Keyed):
    """What a participant's buttons send."""

    action: Acts
    workshop_id: UUID | None = None


class Personal(Counter):
    """Pages by token."""

    def routes(self) -> APIRouter:
        """Their addresses."""
        router = APIRouter()
        add(router, "/registration/lien/{token}", self.show)
        take(router, "/registration/lien/{token}", self.send)
        add(router, "/registration/lien/{token}/annuler", self.ask_cancel)
        add(router, "/registration/lien/{token}/ateliers", self.choose)
        add(router, "/registration/lien/{token}/calendrier.ics", self.calendar)
        return router

    async def show(self, request: Request, token: str) -> Response:
        """The page of a link, whatever it is for."""
        link = self._read(token)
        if link.purpose is LinkPurpose.PARTICIPATION:
            return self._own_page(request, token, await self._own(link))
        return await self._confirmation(request, link)

    async def send(self, request: Request, token: str) -> Response:
        """Does what the button says."""
        link = self._read(token)
        if link.purpose is LinkPurpose.PARTICIPATION:
            return await self._act(request, token, link)
        try:
            if link.purpose is LinkPurpose.SIGN_IN:
                return await self._sign_in(link)
            return await self._prove(link)
        except Refused as refusal:
            if refusal.status == 410:
                return await self._confirmation(request, link)
            raise

    async def ask_cancel(self, request: Request, token: str) -> Response:
        """Asks before giving the place back."""
        own = await self._own(self._participation(token))
        return self.pages.render(
            request,
            "participation_annuler.html",
            titre="Annuler votre inscription ?",
            own=own,
            vue=Shown(own.commission, now(request)),
            token=token,
        )

    async def choose(self, request: Request, token: str) -> Response:
        """The workshops, as chosen, to be changed."""
        own = await self._own(self._participation(token))
        return self._choice_page(request, token, own, choice_form(own))

    async def calendar(self, request: Request, token: str) -> Response:
        """The calendar file: without the link that asked for it."""
        own = await self._own(self._participation(token))
        return public_calendar(
            own.commission.commission, self.desk.site.public_url, now(request), own.registration_id
        )

    def _read(self, token: str) -> Link:
        try:
            link = links.read(self.desk.link_key, token)
        except ValueError:
            link = None
        if link is None:
            raise Refused("unknown_link", CUT, 404)
        return link

    def _participation(self, token: str) -> Link:
        link = self._read(token)
        if link.purpose is not LinkPurpose.PARTICIPATION:
            raise Refused("unknown_link", CUT, 404)
        return link

    async def _own(self, link: Link) -> Participation:
        async with self.desk.database.read() as tx:
            await open_participation(tx, link.id, link.generation)
            own = await queries.participation(tx, link.id)
        if own is None:
            raise Refused("unknown_link", CUT, 404)
        return own

    async def _confirmation(self, request: Request, link: Link) -> Response:
        async with self.desk.database.read() as tx:
            seen = await queries.link(tx, link.purpose, link.id, link.generation)
        if seen is None or link.purpose not in LINK_TITLES:
            raise Refused("unknown_link", CUT, 404)
        return self.pages.render(
            request,
            "lien.html",
            200 if seen.state == "open" else 410,
            titre=LINK_TITLES[link.purpose] if seen.state == "open" else "Ce lien ne sert plus",
            lien=seen,
            connexion_demandee=link.purpose is LinkPurpose.SIGN_IN,
        )

    async def _sign_in(self, link: Link) -> Response:
        async with self.desk.database.transaction() as tx:
            opened = await open_session(tx, self.desk.rules, link.id, link.generation)
        return give_session(self.desk, opened, self.desk.database.runtime.now())

    async def _prove(self, link: Link) -> Response:
        async with self.desk.database.transaction() as tx:
            proved = await prove(tx, self.desk.rules, link.id, link.generation)
        own = Link(LinkPurpose.PARTICIPATION, proved.registration_id, proved.link_generation)
        return see_other(links.PATH + links.token(self.desk.link_key, own), done="adresse")

    async def _act(self, request: Request, token: str, link: Link) -> Response:
        form = await read_form(request, OwnForm)
        own = await self._own(link)
        if not form.valid:
            raise Refused("invalid", "La demande reçue est incomplète. Rien n’a été changé.", 422)
        data = form.data
        try:
            async with self.desk.database.transaction(f"person:{own.person_id}") as tx:
                if await once(tx, form.key, request.url.path, content_of(form)) is None:
                    await self._command(tx, link, data, chosen(form))
                    await settle(tx, tx.actor, form.key, "done", "")
        except Refused as refusal:
            if refusal.status in (403, 404, 410):
                raise
            own = await self._own(link)
            if data.action == "changer":
                return self._choice_page(
                    request, token, own, workshop_error(form, refusal, own), refusal.status
                )
            return self._own_page(request, token, own, refusal)
        return see_other(links.PATH + token, done=DONE_OF[data.action])

    async def _command(self, tx: Tx, link: Link, data: OwnForm, workshops: list[UUID]) -> None:
        which = tx, self.desk.rules, link.id, link.generation
        match data.action:
            case "changer":
                await change_participation(*which, workshops)
            case "annuler":
                await cancel_participation(*which)
            case "prendre":
                await accept_offer(*which, data.workshop_id)
            case "laisser":
                await decline_offer(*which, data.workshop_id)

    def _own_page(
        self, request: Request, token: str, own: Participation, refusal: Refused | None = None
    ) -> Response:
        vue = Shown(own.commission, now(request))
        return self.pages.render(
            request,
            "participation.html",
            refusal.status if refusal else 200,
            titre=own_title(own, vue),
            own=own,
            vue=vue,
            mots=state_words(own.state, own.rank),
            choix=[(choice, choice_words(choice)) for choice in own.workshops],
            ouverte=own.state in OPEN and vue.to_come and vue.now < vue.commission.starts_at,
            salles={w.workshop_id: w for w in own.commission.workshops},
            rang=rank,
            token=token,
            refus=refusal,
        )

    def _choice_page(
        self, request: Request, token: str, own: Participation, form: Form[OwnForm], status: int = 200
    ) -> Response:
        return self.pages.render(
            request,
            "participation_ateliers.html",
            status,
            titre="Changer d’atelier",
            erreur=status != 200,
            own=own,
            vue=Shown(own.commission, now(request)),
            form=form,
            creneaux=by_slot(own.commission, own.workshops),
            token=token,
        )


def choice_form(own: Participation) -> Form[OwnForm]:
    """The choices as they stand, each in the field of its slot: a place had before one waited for."""
    order = sorted(own.workshops, key=lambda w: w.state is ChoiceState.SEATED)
    return empty_form({f"atelier_{w.slot}": w.workshop_id for w in order})


def workshop_error(form: Form[OwnForm], refusal: Refused, own: Participation) -> Form[OwnForm]:
    """A refusal about workshops, under the first of their fields."""
    first = f"atelier_{own.commission.workshops[0].slot}" if own.commission.workshops else ""
    return form.with_errors({first: refusal.text})


def own_title(own: Participation, vue: Shown) -> str:
    """The first thing to read: where one stands, without jargon."""
    day = with_day(vue)
    if vue.commission.state is CommissionState.CANCELLED:
        return f"La commission du {day} est annulée"
    match own.state:
        case State.CONFIRMED:
            return f"Votre place du {day} est confirmée"
        case State.WAITLISTED:
            return f"Vous êtes en liste d’attente pour le {day}"
        case State.OFFERED:
            return f"Une place vous est proposée le {day}"
        case State.PENDING_PROOF:
            return "Confirmez votre adresse pour garder votre place"
        case State.IN_REVIEW:
            return f"Votre inscription du {day} est en cours d’examen"
        case State.REFUSED:
            return f"Votre inscription du {day} n’a pas été retenue"
        case State.LAPSED:
            return "Votre adresse n’a pas été confirmée à temps"
        case State.DECLINED:
            return f"Vous avez laissé la place du {day}"
        case _:
            return f"Votre inscription du {day} est annulée"


def with_day(vue: Shown) -> str:
    """« mardi 8 décembre »."""
    return date_fr(vue.commission.day, annee=False)
