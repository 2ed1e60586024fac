"""Attendance: one form for the whole sheet, people who came without signing up, and the sheet to print."""

from itertools import groupby
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from contracts.lists import Attendance, Via
from contracts.refusal import Refused
from eventing.db import Tx
from registration import queries
from registration.commands import WalkIn, record_attendance, walk_in
from registration.domain.commission import CommissionState
from registration.domain.roster import State
from registration.domain.rules import civil_day
from registration.queries import Participant
from registration.web.acting import Counter, Keyed, add, now, take
from registration.web.commissions import ONE
from registration.web.public import KINDS, SENTENCES, Person, organisation_of
from registration.web.wording import Shown
from webui.forms import Form, empty_form, read_form
from webui.pages import see_other

CHOICES = [(a.value, a.label) for a in Attendance if a is not Attendance.UNKNOWN]
SHEET = 80
BLANK_LINES = 6
FIELD = "presence_"


class WalkInForm(Person, Keyed):
    """Somebody who came."""


def named(p: Participant) -> tuple[str, str]:
    """The order of a sheet: organisation, then name."""
    return (p.organisation or "Sans organisme").casefold(), (p.family_name or p.email).casefold()


class Attendances(Counter):
    """Attendance pages."""

    def routes(self) -> APIRouter:
        """Their addresses."""
        router = APIRouter()
        add(router, ONE + "/emargement", self.sheet)
        take(router, ONE + "/emargement", self.record)
        add(router, ONE + "/venue", self.ask_walk_in)
        take(router, ONE + "/venue", self.walk_in)
        add(router, ONE + "/feuille", self.paper)
        return router

    async def sheet(self, request: Request, commission_id: UUID) -> Response:
        """Everybody expected, by organisation, with what is recorded."""
        user = self.attendant(request)
        async with self.desk.database.read() as tx:
            vue = await self.shown(tx, request, commission_id)
            people = await self._expected(tx, commission_id)
        pages = max(1, -(-len(people) // SHEET))
        typed = request.query_params.get("page", "1")
        page = min(max(int(typed) if typed.isdecimal() and len(typed) < 6 else 1, 1), pages)
        on_page = people[(page - 1) * SHEET : page * SHEET]
        return self.pages.render(
            request,
            "emargement.html",
            titre=f"Émargement : {vue.commission.title}",
            vue=vue,
            onglet="emargement",
            groupes=grouped(on_page),
            total=len(people),
            vu=" ".join(f"{p.registration_id}={p.attendance or ''}" for p in on_page),
            choix=CHOICES,
            comptes=[(label, sum(p.attendance == value for p in people)) for value, label in CHOICES],
            possible=self._possible(request, vue),
            page=page,
            pages=pages,
            droits={"coordonne": user.has("coordinator", territory=self.territory), "emarge": True},
        )

    async def record(self, request: Request, commission_id: UUID) -> Response:
        """Records what changed since the page was shown, and only that."""
        user = self.attendant(request)
        form = await read_form(request, Keyed)
        async with self.desk.database.read() as tx:
            vue = await self.shown(tx, request, commission_id)
            expected = {p.registration_id for p in await self._expected(tx, commission_id)}
        if not form.valid:
            raise Refused("invalid", "La demande reçue est incomplète. Rien n’a été changé.", 422)
        changed = {key: status for key, status in changes(form).items() if key in expected}
        via = self._via(request, vue)

        async def command(tx: Tx) -> None:
            for registration_id, status in sorted(changed.items()):
                await record_attendance(tx, user, registration_id, status, via=via)

        if changed:
            await self.act(request, user, form, command)
        here = f"/registration/commissions/{commission_id}/emargement"
        return see_other(here, done="emargement" if changed else "sans_changement")

    async def ask_walk_in(self, request: Request, commission_id: UUID) -> Response:
        """The form for somebody who came without signing up."""
        self.attendant(request)
        return await self._walk_in_page(request, commission_id, empty_form())

    async def walk_in(self, request: Request, commission_id: UUID) -> Response:
        """Adds somebody, present."""
        user = self.attendant(request)
        form = await read_form(request, WalkInForm, SENTENCES)
        status = 422
        if form.valid:
            data = form.data
            async with self.desk.database.read() as tx:
                await self.shown(tx, request, commission_id)
                organisations = await queries.organisations(tx, active_only=True)
            asked = WalkIn(
                registration_id=data.cle_idempotence,
                email=data.email,
                given_name=data.given_name,
                family_name=data.family_name,
                **organisation_of(data, organisations),
            )
            try:
                async with self.desk.database.transaction(user.actor) as tx:
                    await walk_in(tx, self.desk.rules, user, commission_id, asked)
                return see_other(f"/registration/commissions/{commission_id}/emargement", done="venue")
            except Refused as refusal:
                if refusal.status in (403, 404):
                    raise
                status, form = refusal.status, form.refused(refusal)
        return await self._walk_in_page(request, commission_id, form, status)

    async def paper(self, request: Request, commission_id: UUID) -> Response:
        """The sheet to print and sign, with lines for those who come unannounced."""
        self.attendant(request)
        async with self.desk.database.read() as tx:
            vue = await self.shown(tx, request, commission_id)
            people = await self._expected(tx, commission_id)
        groups = grouped(people)
        return self.pages.render(
            request,
            "feuille.html",
            titre=f"Feuille d’émargement : {vue.commission.title}",
            vue=vue,
            groupes=groups,
            total=len(people),
            organismes=len({p.organisation for p in people if p.organisation}),
            vides=range(BLANK_LINES),
        )

    async def _expected(self, tx: Tx, commission_id: UUID) -> list[Participant]:
        people = await queries.participants(tx, commission_id)
        kept = [p for p in people if p.state not in (State.PENDING_PROOF, State.IN_REVIEW)]
        return sorted(kept, key=named)

    async def _walk_in_page(
        self, request: Request, commission_id: UUID, form: Form[Any], status: int = 200
    ) -> Response:
        async with self.desk.database.read() as tx:
            vue = await self.shown(tx, request, commission_id)
            names = [o.name for o in await queries.organisations(tx, active_only=True)]
        return self.pages.render(
            request,
            "venue.html",
            status,
            titre="Ajouter une personne venue sans inscription",
            erreur=bool(form.errors),
            vue=vue,
            form=form,
            organismes=names,
            genres=KINDS,
        )

    def _possible(self, request: Request, vue: Shown) -> bool:
        announced = vue.commission.state in (CommissionState.PUBLISHED, CommissionState.HELD)
        return announced and civil_day(now(request)) >= vue.commission.day

    def _via(self, request: Request, vue: Shown) -> Via:
        if vue.commission.state is CommissionState.HELD:
            return Via.CORRECTION
        return Via.DESK if now(request) < vue.commission.ends_at else Via.SHEET


def grouped(people: list[Participant]) -> list[tuple[str, list[Participant]]]:
    """The lines by organisation, in the order of the sheet."""
    return [
        (name, list(group))
        for name, group in groupby(people, key=lambda p: p.organisation or "Sans organisme")
    ]


def changes(form: Form[Any]) -> dict[UUID, Attendance]:
    """What was ticked and differs from what the page showed. Raises Refused 422 on what is not readable."""
    seen = dict(pair.partition("=")[::2] for pair in form.value("vu").split())
    try:
        return {
            UUID(name.removeprefix(FIELD)): Attendance(form.value(name))
            for name in form.values
            if name.startswith(FIELD)
            and form.value(name)
            and form.value(name) != seen.get(name.removeprefix(FIELD), "")
        }
    except ValueError:
        raise Refused("invalid", "Une présence reçue n’est pas lisible. Rien n’a été changé.", 422) from None
