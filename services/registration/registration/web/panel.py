"""The case panel of a commission: who sits, named by the coordinator, and whoever stands in at the desk."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from contracts.lists import MemberReason, Pack, Part, Seat
from contracts.refusal import Refused
from registration import queries
from registration.commands import AdmitMember, admit_panel_member, remove_panel_member
from registration.domain.commission import CommissionState
from registration.domain.rules import civil_day
from registration.queries import OrganisationView, PanelMember
from registration.web.acting import Counter, Keyed, Ticked, add, take
from registration.web.commissions import ONE
from registration.web.public import known
from registration.web.wording import Shown, suspended_words
from webui.fields import CivilDate, Email, Line
from webui.forms import Form, empty_form, read_form
from webui.pages import see_other

SEATS = [(s.value, s.label) for s in Seat if s is not Seat.UNKNOWN]
PACKS = [(p.value, p.label) for p in Pack if p is not Pack.UNKNOWN]
REASONS = [(r.value, r.label) for r in MemberReason if r is not MemberReason.UNKNOWN]
SENTENCES: Mapping[str, str | Mapping[str, str]] = {
    "email": {"missing": "Indiquez l’adresse électronique de la personne"},
    "seat": "Choisissez un siège dans la liste",
    "pack": "Choisissez ce que la personne verra des dossiers",
    "undertaking_on": {"missing": "Indiquez le jour où l’engagement a été signé"},
    "reason": "Choisissez un motif dans la liste",
}


class MemberForm(Keyed):
    """Somebody named by address, with what they sit for."""

    email: Email
    given_name: Annotated[str, Line(80)] | None = None
    family_name: Annotated[str, Line(80)] | None = None
    organisation: Annotated[str, Line(300)] | None = None
    seat: Seat
    pack: Pack
    voting: Ticked = False
    undertaking: Ticked = False
    undertaking_on: CivilDate
    substitute_of: UUID | None = None


class RemovalForm(Keyed):
    """Why a member leaves."""

    reason: MemberReason


class Panel(Counter):
    """The members of a commission's panel."""

    def routes(self) -> APIRouter:
        """Their addresses."""
        router = APIRouter()
        add(router, ONE + "/membres", self.members)
        take(router, ONE + "/membres", self.name)
        take(router, ONE + "/membres/{person_id:uuid}/retirer", self.remove)
        return router

    async def members(self, request: Request, commission_id: UUID) -> Response:
        """Who sits; for the coordinator, a form to name somebody, filled for whoever stands in."""
        self.organiser(request)
        return await self._page(request, commission_id)

    async def name(self, request: Request, commission_id: UUID) -> Response:
        """Names somebody: recorded, able to sign in, with sight of the agenda once it is published."""
        user = self.coordinator(request)
        form = await read_form(request, MemberForm, SENTENCES)
        async with self.desk.database.read() as tx:
            await self.shown(tx, request, commission_id)
            organisations = await queries.organisations(tx, active_only=True)
        form, organisation_id = _checked(form, organisations)
        if not form.valid:
            return await self._page(request, commission_id, form, 422)
        data = form.data
        asked = AdmitMember(
            person_id=data.cle_idempotence,
            organisation_id=organisation_id,
            **data.model_dump(exclude={"cle_idempotence", "organisation", "undertaking"}),
        )
        try:
            await self.act(request, user, form, lambda tx: admit_panel_member(tx, user, commission_id, asked))
        except Refused as refusal:
            if refusal.status in (403, 404):
                raise
            return await self._page(request, commission_id, form.refused(refusal), refusal.status)
        return see_other(_here(commission_id), done="membre")

    async def remove(self, request: Request, commission_id: UUID, person_id: UUID) -> Response:
        """Takes somebody off the panel."""
        user = self.coordinator(request)
        form = await read_form(request, RemovalForm, SENTENCES)
        if not form.valid or form.data.reason is MemberReason.UNKNOWN:
            raise Refused("invalid", "Choisissez pourquoi cette personne quitte la commission.", 422)
        reason = form.data.reason
        await self.act(
            request,
            user,
            form,
            lambda tx: remove_panel_member(tx, user, commission_id, person_id, reason),
        )
        return see_other(_here(commission_id), done="membre_retire")

    async def _page(
        self, request: Request, commission_id: UUID, form: Form[Any] | None = None, status: int = 200
    ) -> Response:
        user = self.organiser(request)
        async with self.desk.database.read() as tx:
            vue = await self.shown(tx, request, commission_id)
            members = await queries.panel(tx, commission_id)
            organisations = await queries.organisations(tx, active_only=True)
        if Part.PANEL not in vue.commission.parts:
            raise Refused("no_panel", "Cette commission n’examine pas de situations.", 404)
        replaced = request.query_params.get("remplace", "")
        coordinates = user.has("coordinator", territory=self.territory)
        published = vue.commission.state is CommissionState.PUBLISHED
        return self.pages.render(
            request,
            "console_membres.html",
            status,
            titre=f"Membres : {vue.commission.title}",
            erreur=form is not None,
            vue=vue,
            onglet="membres",
            membres=[
                (m, _name_of(members, m.substitute_of), suspended_words(m.person.suspended)) for m in members
            ],
            votants=sum(m.voting for m in members),
            form=form or _blank(members, replaced, vue),
            nomme=coordinates and published,
            a_publier=vue.commission.state is CommissionState.PLANNED,
            organismes=[o.name for o in organisations],
            sieges=SEATS,
            parties_dossier=PACKS,
            motifs=REASONS,
            remplacables=[(str(m.person.person_id), m.person.name) for m in members],
            droits={
                "coordonne": coordinates,
                "emarge": user.has("coordinator", "siao_agent", territory=self.territory),
            },
        )


def _checked(form: Form[Any], organisations: Sequence[OrganisationView]) -> tuple[Form[Any], UUID | None]:
    """The form, with what is wrong beyond its fields, and the organisation that was meant."""
    if not form.valid:
        return form, None
    wrong: dict[str, str] = {}
    found = known(form.data.organisation, organisations)
    if form.data.organisation and found is None:
        wrong["organisation"] = "Cet organisme n’est pas dans la liste : enregistrez-le d’abord"
    if not form.data.undertaking:
        wrong["undertaking"] = "Sans engagement de confidentialité signé, personne ne siège"
    return form.with_errors(wrong) if wrong else form, found.organisation_id if found else None


def _blank(members: Sequence[PanelMember], replaced: str, vue: Shown) -> Form[Any]:
    """An empty form; for whoever stands in for a member, with that member's seat, today."""
    found = next((m for m in members if str(m.person.person_id) == replaced), None)
    if found is None:
        return empty_form({"voting": "oui"})
    return empty_form(
        {
            "organisation": found.organisation,
            "seat": found.seat.value,
            "pack": found.pack.value,
            "voting": "oui" if found.voting else None,
            "undertaking_on": civil_day(vue.now),
            "substitute_of": replaced,
        }
    )


def _name_of(members: Sequence[PanelMember], person_id: UUID | None) -> str | None:
    return next((m.person.name for m in members if m.person.person_id == person_id), None)


def _here(commission_id: UUID) -> str:
    return f"/registration/commissions/{commission_id}/membres"
