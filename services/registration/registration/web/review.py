"""Sign-ups to approve or refuse, where the commission asks for it: several at once."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from contracts.refusal import Refused
from registration import queries
from registration.commands import approve_registrations, refuse_registrations
from registration.domain.roster import State
from registration.web.acting import Counter, Keyed, add, take
from registration.web.commissions import ONE
from webui.forms import Form, empty_form, read_form
from webui.pages import see_other

SENTENCES: Mapping[str, str | Mapping[str, str]] = {
    "inscription": {
        "missing": "Cochez au moins une inscription",
        "too_short": "Cochez au moins une inscription",
    },
    "decision": "Choisissez d’accepter ou de refuser",
}


class DecisionForm(Keyed):
    """Those ticked, and what is decided for them all."""

    inscription: Annotated[list[UUID], Field(min_length=1, max_length=500)]
    decision: Literal["accepter", "refuser"]


class Reviewing(Counter):
    """The page of what is to be decided."""

    def routes(self) -> APIRouter:
        """Its addresses."""
        router = APIRouter()
        add(router, ONE + "/a-examiner", self.waiting)
        take(router, ONE + "/a-examiner", self.decide)
        return router

    async def waiting(self, request: Request, commission_id: UUID) -> Response:
        """Who waits for a decision, in order of signing up."""
        self.organiser(request)
        return await self._page(request, commission_id, empty_form())

    async def decide(self, request: Request, commission_id: UUID) -> Response:
        """Approves or refuses those ticked; each is told by mail."""
        user = self.coordinator(request)
        form = await read_form(request, DecisionForm, SENTENCES)
        if not form.valid:
            return await self._page(request, commission_id, form, 422)
        ids, approves = form.data.inscription, form.data.decision == "accepter"
        command = approve_registrations if approves else refuse_registrations
        try:
            await self.act(
                request, user, form, lambda tx: command(tx, self.desk.rules, user, commission_id, ids)
            )
        except Refused as refusal:
            if refusal.status in (403, 404):
                raise
            return await self._page(request, commission_id, form.refused(refusal), refusal.status)
        done = "inscriptions_acceptees" if approves else "inscriptions_refusees"
        return see_other(f"/registration/commissions/{commission_id}/a-examiner", done=done)

    async def _page(
        self, request: Request, commission_id: UUID, form: Form[Any], status: int = 200
    ) -> Response:
        user = self.organiser(request)
        async with self.desk.database.read() as tx:
            vue = await self.shown(tx, request, commission_id)
            people = await queries.participants(tx, commission_id)
        return self.pages.render(
            request,
            "console_examen.html",
            status,
            titre=f"À examiner : {vue.commission.title}",
            erreur=bool(form.errors),
            vue=vue,
            onglet="a-examiner",
            gens=[p for p in people if p.state is State.IN_REVIEW],
            cochees=form.all("inscription"),
            form=form,
            droits={
                "coordonne": user.has("coordinator", territory=self.territory),
                "emarge": user.has("coordinator", "siao_agent", territory=self.territory),
            },
        )
