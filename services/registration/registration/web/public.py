"""What anybody sees: upcoming commissions, one commission, signing up, getting one's link again."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.responses import Response

from contracts.lists import LinkPurpose, OrgKind
from contracts.refusal import Refused
from eventing.db import Tx
from eventing.requests import settle
from registration import queries
from registration.commands import SignUp, once, send_participation_link, sign_up
from registration.documents import public_calendar
from registration.domain.commission import CommissionState
from registration.queries import ChosenWorkshop, CommissionView, OrganisationView, PersonView
from registration.web.acting import Counter, Key, Keyed, Ticked, add, content_of, now, take
from registration.web.tiles import tiles
from registration.web.wording import Shown, choice_words, programme, workshop_words
from webui import links
from webui.fields import Email, Line
from webui.forms import Form, empty_form, read_form
from webui.identity import User, current_user
from webui.pages import see_other

SENTENCES: Mapping[str, str | Mapping[str, str]] = {
    "email": {"missing": "Indiquez votre adresse électronique"},
    "organisation_kind": {"enum": "Choisissez un genre d’organisme dans la liste"},
}
KINDS = [(kind.value, kind.label) for kind in OrgKind if kind is not OrgKind.UNKNOWN]


class Person(BaseModel):
    """Who signs up: an address, and what helps to know who comes."""

    email: Email
    given_name: Annotated[str, Line(80)] | None = None
    family_name: Annotated[str, Line(80)] | None = None
    organisation: Annotated[str, Line(300)] | None = None
    organisation_kind: OrgKind | None = None


class SignUpForm(Person, Keyed):
    """The public form. The key is the sign-up's own id: sent twice, it signs up once."""

    for_colleague: Ticked = False


class LostLinkForm(Keyed):
    """Where to send the personal link again."""

    commission_id: Key
    email: Email


def chosen(form: Form[Any]) -> list[UUID]:
    """The workshops ticked: one field a slot. Raises Refused 422 on what is no id."""
    try:
        return [
            UUID(typed)
            for name, answers in form.values.items()
            if name.startswith("atelier_")
            for typed in answers
            if typed
        ]
    except ValueError:
        raise Refused("invalid", "Le choix d’atelier reçu n’est pas lisible.", 422) from None


def by_slot(
    view: CommissionView, own: Sequence[ChosenWorkshop] = ()
) -> dict[str, list[Mapping[str, object]]]:
    """The workshops as cards of choice, by field name: those of one slot exclude one another.

    `own` are the choices already made: they say where they stand rather than how many places are left.
    """
    had = {choice.workshop_id: choice_words(choice) for choice in own}
    fields: dict[str, list[Mapping[str, object]]] = {}
    for workshop in view.workshops:
        waiting = f"Liste d’attente : {workshop.waiting} avant vous." if workshop.waiting else ""
        card = {
            "valeur": workshop.workshop_id,
            "libelle": workshop.title,
            "aide": waiting if workshop.full and workshop.workshop_id not in had else (workshop.room or ""),
            "mots": had.get(workshop.workshop_id) or workshop_words(workshop),
        }
        fields.setdefault(f"atelier_{workshop.slot}", []).append(card)
    return fields


def known(name: str | None, organisations: Sequence[OrganisationView]) -> OrganisationView | None:
    """The organisation of that name, however it is capitalised."""
    wanted = (name or "").strip().casefold()
    return next((o for o in organisations if o.name.casefold() == wanted), None) if wanted else None


def organisation_of(person: Person, organisations: Sequence[OrganisationView]) -> dict[str, Any]:
    """How a command is told the organisation: by id when it is known, else by its name and kind."""
    found = known(person.organisation, organisations)
    if found:
        return {"organisation_id": found.organisation_id}
    if not person.organisation:
        return {"organisation_kind": person.organisation_kind}
    kind = person.organisation_kind or OrgKind.OTHER
    return {"organisation_name": person.organisation, "organisation_kind": kind}


def public_names(organisations: Sequence[OrganisationView]) -> list[str]:
    """The names that anybody may be shown."""
    return [o.name for o in organisations if not (o.sole_trader or o.secret_location)]


def filled_meanwhile(view: CommissionView, form: Form[Any], wanted: Sequence[UUID]) -> dict[str, str]:
    """What had places when the page was shown and has none any more, said field by field."""
    seen = set(form.value("vus").split())
    errors = {
        f"atelier_{w.slot}": f"« {w.title} » s’est rempli pendant votre saisie. Gardez-le pour entrer en "
        "liste d’attente, ou choisissez un autre atelier"
        for w in view.workshops
        if w.full and w.workshop_id in wanted and str(w.workshop_id) in seen
    }
    if view.full and "commission" in seen:
        errors[""] = "La dernière place vient d’être prise. Envoyez à nouveau pour entrer en liste d’attente"
    return errors


def seen_free(view: CommissionView) -> str:
    """What has places at this moment, for the form to bring back."""
    free = [str(w.workshop_id) for w in view.workshops if not w.full]
    return " ".join(free if view.full else ["commission", *free])


class Public(Counter):
    """The public pages."""

    def routes(self) -> APIRouter:
        """Their addresses."""
        router = APIRouter()
        add(router, "/", self.home)
        add(router, "/registration/commissions/{commission_id:uuid}", self.commission)
        take(router, "/registration/commissions/{commission_id:uuid}/inscription", self.sign_up)
        add(router, "/registration/commissions/{commission_id:uuid}/calendrier.ics", self.calendar)
        add(router, "/registration/lien-perdu", self.lost)
        take(router, "/registration/lien-perdu", self.send_again)
        return router

    async def home(self, request: Request) -> Response:
        """Upcoming commissions; tiles for whoever is signed in."""
        user = current_user(request)
        async with self.desk.database.read() as tx:
            coming = await queries.public_commissions(tx, self.territory)
            past = await queries.public_commissions(tx, self.territory, past=True, limit=5)
            person = await queries.person(tx, user.account_id) if user else None
        return self.pages.render(
            request,
            "accueil.html",
            titre="Commissions Logement d’Abord" if user is None else "Accueil",
            a_venir=[Shown(view, now(request)) for view in coming],
            passees=[Shown(view, now(request)) for view in past],
            prenom=person.given_name if person else None,
            portes=tiles(user) if user else [],
        )

    async def commission(self, request: Request, commission_id: UUID) -> Response:
        """One commission: programme, places, form."""
        async with self.desk.database.read() as tx:
            user = current_user(request)
            view = await self._public(tx, commission_id, user)
            person = await self._self(tx, user)
            names = public_names(await queries.organisations(tx, active_only=True))
        form = empty_form(_own(person))
        return self._page(request, view, form, names, person=person)

    async def sign_up(self, request: Request, commission_id: UUID) -> Response:
        """Signs somebody up, then says what comes by mail: the same whether the address is known or not."""
        form = await read_form(request, SignUpForm, SENTENCES)
        user = current_user(request)
        async with self.desk.database.read() as tx:
            view = await self._public(tx, commission_id)
            person = await self._self(tx, user)
            organisations = await queries.organisations(tx, active_only=True)
            again = form.valid and await queries.participation(tx, form.data.cle_idempotence) is not None
        wanted = chosen(form)
        status = 422
        if form.valid and not again:
            form = form.with_errors(filled_meanwhile(view, form, wanted))
        if form.valid:
            try:
                async with self.desk.database.transaction(
                    user.actor if user else "system", queue=str(commission_id)
                ) as tx:
                    done = await sign_up(
                        tx, self.desk.rules, user, commission_id, _asked(form.data, wanted, organisations)
                    )
                if done.state is not None:
                    return see_other(await self._own_page(done.registration_id), done="inscrite")
                return self.pages.render(
                    request,
                    "inscription_recue.html",
                    titre="Vérifiez votre messagerie",
                    vue=Shown(view, now(request)),
                    adresse_saisie=form.data.email,
                    delai=self.desk.rules.hold,
                )
            except Refused as refusal:
                if refusal.status in (401, 403, 404):
                    raise
                status, form = refusal.status, _refused(form, refusal, view)
        async with self.desk.database.read() as tx:
            view = await self._public(tx, commission_id)
        return self._page(request, view, form, public_names(organisations), status, person)

    async def calendar(self, request: Request, commission_id: UUID) -> Response:
        """The commission as a calendar file, with nobody's link in it."""
        async with self.desk.database.read() as tx:
            view = await self._public(tx, commission_id)
        return public_calendar(view.commission, self.desk.site.public_url, now(request))

    async def lost(self, request: Request) -> Response:
        """Asks for the address where the personal link goes again."""
        form = empty_form({"commission_id": request.query_params.get("commission")})
        return await self._lost(request, form)

    async def send_again(self, request: Request) -> Response:
        """Mails the personal link again; the answer tells nothing of who is registered."""
        form = await read_form(
            request, LostLinkForm, {"commission_id": "Choisissez une commission dans la liste"}
        )
        if not form.valid:
            return await self._lost(request, form, 422)
        async with self.desk.database.transaction() as tx:
            if await once(tx, form.key, request.url.path, content_of(form)) is None:
                await send_participation_link(tx, self.desk.rules, form.data.commission_id, form.data.email)
                await settle(tx, tx.actor, form.key, "done", "")
        return self.pages.render(
            request, "lien_renvoye.html", titre="Vérifiez votre messagerie", adresse_saisie=form.data.email
        )

    async def _lost(self, request: Request, form: Form[Any], status: int = 200) -> Response:
        async with self.desk.database.read() as tx:
            coming = await queries.public_commissions(tx, self.territory)
        return self.pages.render(
            request,
            "lien_perdu.html",
            status,
            titre="Retrouver mon inscription",
            erreur=status != 200,
            form=form,
            commissions=[view.commission for view in coming],
        )

    async def _public(self, tx: Tx, commission_id: UUID, user: User | None = None) -> CommissionView:
        view = self.mine(await queries.commission(tx, commission_id))
        if view.commission.state is CommissionState.PLANNED or not (user or view.commission.public):
            raise Refused("unknown_commission", "Cette commission n’existe pas, ou plus.", 404)
        return view

    async def _self(self, tx: Tx, user: User | None) -> PersonView | None:
        return await queries.person(tx, user.account_id) if user else None

    async def _own_page(self, registration_id: UUID) -> str:
        async with self.desk.database.read() as tx:
            own = await queries.participation(tx, registration_id)
        assert own is not None, "signed up just now"
        link = links.Link(LinkPurpose.PARTICIPATION, registration_id, own.link_generation)
        return links.PATH + links.token(self.desk.link_key, link)

    def _page(
        self,
        request: Request,
        view: CommissionView,
        form: Form[Any],
        names: list[str],
        status: int = 200,
        person: PersonView | None = None,
    ) -> Response:
        return self.pages.render(
            request,
            "commission.html",
            status,
            titre=view.commission.title,
            erreur=status != 200,
            vue=Shown(view, now(request)),
            form=form,
            creneaux=by_slot(view),
            programme=programme(view.commission),
            vus=seen_free(view),
            organismes=names,
            genres=KINDS,
            moi=person,
        )


def _own(person: PersonView | None) -> Mapping[str, object]:
    if person is None:
        return {}
    return {
        "email": person.email,
        "given_name": person.given_name,
        "family_name": person.family_name,
        "organisation": person.organisation,
    }


def _asked(data: SignUpForm, wanted: list[UUID], organisations: Sequence[OrganisationView]) -> SignUp:
    return SignUp(
        registration_id=data.cle_idempotence,
        email=data.email,
        given_name=data.given_name,
        family_name=data.family_name,
        workshops=wanted[:20],
        for_colleague=data.for_colleague,
        **organisation_of(data, organisations),
    )


def _refused(form: Form[Any], refusal: Refused, view: CommissionView) -> Form[Any]:
    """Workshops are several fields on the page and one for the command."""
    refused = form.refused(refusal)
    if "workshops" not in refused.errors or not view.workshops:
        return refused
    errors = dict(refused.errors)
    errors[f"atelier_{view.workshops[0].slot}"] = errors.pop("workshops")
    return Form(form.values, errors)
