"""Correcting a decision: who follows the case asks, another person of the coordination answers (C18)."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from cases.commands.correcting import answer_correction, ask_correction, opinion_of
from cases.domain.case import Decision
from cases.domain.deciding import Opinion
from cases.domain.rights import ACTS, View, require, sight, unknown_case
from cases.queries import people
from cases.store import cases, corrections
from cases.store.access import log_reading
from cases.store.desk import Desk
from cases.store.rules import moment
from cases.store.viewers import viewer_of
from cases.web import deciding
from cases.web.acting import Counter
from cases.web.deciding import ADJOURN, KINDS, owners_of
from cases.web.wording import DONE, options
from contracts.lists import DecisionPriority, Measure, Scheme, StepKind
from contracts.refusal import Refused
from webui.acting import Key, Keyed, Ticked, add, take
from webui.fields import CivilDate
from webui.forms import Form, Text, empty_form, read_form
from webui.pages import Pages, see_other

PLACE = "/cases/dossiers/{case_id:uuid}/corrections"
DONE |= {
    "correction-demandee": "La demande est notée. Une autre personne de la coordination y répond.",
    "correction-approuvee": "La décision est corrigée. L’ancienne reste dans l’histoire.",
    "correction-refusee": "La demande n’est pas retenue. La décision reste.",
}


class CorrectionForm(Keyed):
    """The opinion that should stand, and why."""

    outcome: str
    scheme: list[Scheme] = Field(default_factory=list)
    measure: list[Measure] = Field(default_factory=list)
    priority: DecisionPriority = DecisionPriority.NORMAL
    owner: str = ""
    due_on: CivilDate | None = None
    step: StepKind | None = None
    reexamine_on: CivilDate | None = None
    reason: Annotated[str, Text(600)]


class AnswerForm(Keyed):
    """Yes or no."""

    demande: Key
    oui: Ticked = False


class Corrections(Counter):
    """Asking and answering."""

    def routes(self) -> APIRouter:
        """Their addresses."""
        router = APIRouter()
        add(router, PLACE, self.page)
        take(router, PLACE, self.ask)
        take(router, PLACE + "/reponse", self.answer)
        return router

    async def page(self, request: Request, case_id: UUID) -> Response:
        """The decision, what was asked, the form."""
        return await self._page(request, case_id, None)

    async def _page(
        self, request: Request, case_id: UUID, form: Form[Any] | None, status: int = 200
    ) -> Response:
        user = self.signed_in(request)
        async with self.desk.database.transaction(user.actor) as tx:
            stored = await cases.load(tx, case_id)
            viewer = await viewer_of(tx, user, self.desk.territory)
            if stored is None:
                raise unknown_case()
            at = await moment(tx, stored.case.territory)
            seen = sight(viewer, stored.case, stored.guard, at.today, at.rules.provider_sight_days)
            require(seen, "ask_correction")
            decision = stored.case.decision
            if decision is None:
                raise Refused("no_decision", "Aucune décision n’est à corriger dans ce dossier.", 404)
            asked = [
                each
                for each in await corrections.of_case(tx, self.desk.vault, case_id)
                if View.TEXTS in seen or each.asked_by == user.account_id
            ]
            named = await people.names(tx, [each.asked_by for each in asked])
            workers = await people.referrers(tx, self.desk.territory)
            await log_reading(tx, viewer, "case", case_id=case_id, purpose="correction")
        return self.pages.render(
            request,
            "correction.html",
            status,
            titre="Corriger une décision",
            erreur=form is not None and bool(form.errors),
            form=form or empty_form(first_values(decision)),
            dossier=stored.case,
            decision=decision,
            demandes=[(each, opinion_of(each.asked), named.get(each.asked_by, "")) for each in asked],
            repond=bool(seen.capacities & ACTS["correct_decision"]),
            moi=user.account_id,
            decisions=[kind for kind in KINDS if kind["valeur"] != ADJOURN],
            dispositifs=options(Scheme, "withheld"),
            mesures=options(Measure),
            priorites=options(DecisionPriority),
            demarches=options(StepKind),
            responsables=owners_of(workers),
        )

    async def ask(self, request: Request, case_id: UUID) -> Response:
        """Notes a request."""
        user = self.signed_in(request)
        form = await read_form(request, CorrectionForm, deciding.SENTENCES)
        status = 422
        if form.valid:
            data = form.data
            try:
                wanted: Opinion = deciding.opinion_of(data)
                await self.act(
                    request,
                    user,
                    form,
                    lambda tx: ask_correction(tx, self.desk, user, case_id, wanted, data.reason),
                )
                return see_other(f"/cases/dossiers/{case_id}/corrections", done="correction-demandee")
            except Refused as refusal:
                if refusal.status in (403, 404) or not refusal.errors:
                    raise
                status, form = refusal.status, form.refused(refusal)
        return await self._page(request, case_id, form, status)

    async def answer(self, request: Request, case_id: UUID) -> Response:
        """Another person's yes or no."""
        user = self.signed_in(request)
        form = await read_form(request, AnswerForm)
        if not form.valid:
            raise Refused("invalid", "La demande reçue est incomplète. Rien n’a été changé.", 422)
        data = form.data
        await self.act(
            request,
            user,
            form,
            lambda tx: answer_correction(tx, self.desk, user, data.demande, approve=data.oui),
        )
        done = "correction-approuvee" if data.oui else "correction-refusee"
        return see_other(f"/cases/dossiers/{case_id}/corrections", done=done)


def first_values(decision: Decision) -> dict[str, object]:
    """The form holds the decision as it stands."""
    return {
        "outcome": decision.outcome.value,
        "scheme": [each.value for each in decision.schemes],
        "measure": [each.value for each in decision.measures],
        "priority": decision.priority.value,
        "reexamine_on": decision.reexamine_on,
    }


def router(desk: Desk, pages: Pages) -> APIRouter:
    """The routes of these pages."""
    return Corrections(desk, pages).routes()
