"""The coordinator's commissions: the list, planning, publishing, changing everything but the date."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from contracts.lists import CommissionType, Part
from contracts.refusal import Refused
from registration import queries
from registration.commands import change_commission, plan_commission, publish_commission
from registration.domain.commission import CommissionState
from registration.domain.rules import civil_day
from registration.web import planning
from registration.web.acting import Counter, Versioned, add, now, replaced, take
from registration.web.wording import Shown
from webui.forms import Form, empty_form, read_form
from webui.pages import see_other

LIST = "/registration/commissions"
ONE = LIST + "/{commission_id:uuid}"
TYPES = [(t.value, t.label) for t in CommissionType if t is not CommissionType.UNKNOWN]
PARTS = [{"valeur": part.value, "libelle": part.label} for part in (Part.PLENARY, Part.WORKSHOPS, Part.PANEL)]


def console(commission_id: UUID) -> str:
    """The organisers' page of a commission."""
    return f"{LIST}/{commission_id}/inscrits"


class Commissions(Counter):
    """Planning pages."""

    def routes(self) -> APIRouter:
        """Their addresses."""
        router = APIRouter()
        add(router, LIST, self.everyone)
        add(router, LIST + "/nouvelle", self.new)
        take(router, LIST + "/nouvelle", self.plan)
        add(router, ONE + "/modifier", self.edit)
        take(router, ONE + "/modifier", self.change)
        add(router, ONE + "/publier", self.ask_publication)
        take(router, ONE + "/publier", self.publish)
        return router

    async def everyone(self, request: Request) -> Response:
        """Every commission of the territory, drafts included."""
        user = self.organiser(request)
        async with self.desk.database.read() as tx:
            found = await queries.commissions(tx, [self.territory])
        shown = [Shown(view, now(request)) for view in found]
        return self.pages.render(
            request,
            "commissions.html",
            titre="Commissions",
            brouillons=[v for v in shown if v.commission.state is CommissionState.PLANNED],
            a_venir=[v for v in shown if v.to_come],
            passees=[
                v
                for v in reversed(shown)
                if not v.to_come and v.commission.state is not CommissionState.PLANNED
            ],
            peut_planifier=user.has("coordinator", territory=self.territory),
        )

    async def new(self, request: Request) -> Response:
        """An empty form."""
        self.coordinator(request)
        return self._form(request, planning.blank())

    async def plan(self, request: Request) -> Response:
        """Keeps a draft, shown to coordinators only."""
        user = self.coordinator(request)
        form = await read_form(request, planning.PlanForm, planning.SENTENCES)
        if "ajouter" in form.values:
            return self._form(request, Form(form.values))
        rows, wrong = planning.lists_of(form)
        form = form.with_errors(wrong)
        status = 422
        if form.valid:
            try:
                async with self.desk.database.transaction(user.actor) as tx:
                    planned = await plan_commission(
                        tx, user, planning.to_plan(form.data, self.territory, rows)
                    )
                return see_other(f"{LIST}/{planned.commission_id}/publier", done="planifiee")
            except Refused as refusal:
                if refusal.status == 403:
                    raise
                status, form = refusal.status, form.refused(refusal)
        return self._form(request, form, status)

    async def edit(self, request: Request, commission_id: UUID) -> Response:
        """The form, as recorded."""
        self.coordinator(request)
        async with self.desk.database.read() as tx:
            vue = await self.shown(tx, request, commission_id)
        return self._form(request, empty_form(planning.typed_from(vue.commission)), vue=vue)

    async def change(self, request: Request, commission_id: UUID) -> Response:
        """Changes all but the date; when somebody else did meanwhile, shows both and keeps what was typed."""
        user = self.coordinator(request)
        form = await read_form(request, planning.ChangeForm, planning.SENTENCES)
        async with self.desk.database.read() as tx:
            vue = await self.shown(tx, request, commission_id)
        if "ajouter" in form.values:
            return self._form(request, Form(form.values), vue=vue)
        rows, wrong = planning.lists_of(form)
        form = form.with_errors(wrong)
        status, conflict = 422, None
        if form.valid:
            asked = planning.to_change(form.data, rows)
            try:
                await self.act(
                    request,
                    user,
                    form,
                    lambda tx: change_commission(tx, self.desk.rules, user, commission_id, asked),
                )
                return see_other(console(commission_id), done="changee")
            except Refused as refusal:
                if refusal.status in (403, 404):
                    raise
                status = refusal.status
                if refusal.code == "stale_version":
                    async with self.desk.database.read() as tx:
                        vue = await self.shown(tx, request, commission_id)
                    conflict = planning.differences(form, vue.commission)
                    form = replaced(form, version=vue.commission.version)
                else:
                    form = form.refused(refusal)
        return self._form(request, form, status, vue, conflict)

    async def ask_publication(self, request: Request, commission_id: UUID) -> Response:
        """What publishing does, before it is done."""
        self.coordinator(request)
        return await self._publication(request, commission_id)

    async def publish(self, request: Request, commission_id: UUID) -> Response:
        """Announces the commission."""
        user = self.coordinator(request)
        form = await read_form(request, Versioned)
        if not form.valid:
            raise Refused("invalid", "La demande reçue est incomplète. Rien n’a été changé.", 422)
        version = form.data.version
        try:
            await self.act(
                request, user, form, lambda tx: publish_commission(tx, user, commission_id, version)
            )
        except Refused as refusal:
            if refusal.status in (403, 404):
                raise
            return await self._publication(request, commission_id, refusal)
        return see_other(console(commission_id), done="publiee")

    async def _publication(
        self, request: Request, commission_id: UUID, refusal: Refused | None = None
    ) -> Response:
        async with self.desk.database.read() as tx:
            vue = await self.shown(tx, request, commission_id)
        return self.pages.render(
            request,
            "commission_publier.html",
            refusal.status if refusal else 200,
            titre="Publier la commission ?",
            vue=vue,
            passee=vue.commission.day < civil_day(now(request)),
            refus=refusal,
            perime=refusal is not None and refusal.code == "stale_version",
        )

    def _form(
        self,
        request: Request,
        form: Form[Any],
        status: int = 200,
        vue: Shown | None = None,
        conflict: list[tuple[str, str, str]] | None = None,
    ) -> Response:
        more = form.value("ajouter")
        workshops = planning.row_count(
            form, "workshops", planning.MOST_WORKSHOPS, 3 if more == "ateliers" else 1
        )
        talks = planning.row_count(form, "talks", planning.MOST_TALKS, 4 if more == "lignes" else 1)
        return self.pages.render(
            request,
            "commission_saisie.html",
            status,
            titre="Modifier la commission" if vue else "Planifier une commission",
            erreur=bool(form.errors),
            form=form,
            vue=vue,
            types=TYPES,
            parties=PARTS,
            ateliers=planning.with_ids(form, max(workshops, 3 if vue is None else 1), request.state.runtime),
            lignes=range(max(talks, 3 if vue is None else 1)),
            conflit=conflict,
        )
