"""Pages of what follows a decision: one plain page per action, and the lists of who must answer."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from cases.commands.telling import mark_copied
from cases.domain import rights
from cases.domain.lifecycle import ALLOWED
from cases.domain.rights import View
from cases.queries import following as read
from cases.queries import people, reporting
from cases.queries.following import FollowUp
from cases.queries.steps import OwnStep, steps_of
from cases.store import cases, rules
from cases.store.access import log_reading
from cases.store.cases import Stored
from cases.store.desk import Desk
from cases.store.rules import moment
from cases.store.viewers import viewer_of
from cases.web.acting import Counter
from cases.web.follow_actions import ACTIONS
from cases.web.follow_forms import Action
from contracts.refusal import Refused
from eventing.db import Tx
from webui.acting import Keyed, add, now, take
from webui.forms import Form, empty_form, read_form
from webui.french import jour_paris
from webui.identity import User
from webui.pages import Pages, see_other
from webui.sheets import csv_response

CASE = "/cases/dossiers/{case_id:uuid}"
PROPOSALS, STEPS, COPIES = "/cases/propositions", "/cases/demarches", "/cases/a-reporter"
SENTENCES = {
    "territory_cell": "Indiquez un code INSEE de cinq chiffres, ou laissez vide",
    "rank": "Indiquez un rang, en chiffres",
}


class Following(Counter):
    """The pages."""

    def routes(self) -> APIRouter:
        """Their addresses."""
        router = APIRouter()
        for action in ACTIONS:
            path = CASE + action.path.replace("{subject}", "{subject:uuid}")
            add(router, path, self._asking(action))
            take(router, path, self._taking(action))
        add(router, PROPOSALS, self.proposals)
        add(router, PROPOSALS + "/reponses", self.refusals)
        add(router, STEPS, self.steps)
        add(router, COPIES, self.copies)
        add(router, COPIES + "/export.csv", self.export)
        take(router, COPIES + "/{case_id:uuid}/{event_id:uuid}", self.copied)
        return router

    def _asking(self, action: Action) -> Callable[..., Awaitable[Response]]:
        if "{subject}" in action.path:

            async def ask(request: Request, case_id: UUID, subject: UUID) -> Response:
                return await self._ask(action, request, case_id, subject)

            return ask

        async def ask_plain(request: Request, case_id: UUID) -> Response:
            return await self._ask(action, request, case_id, case_id)

        return ask_plain

    def _taking(self, action: Action) -> Callable[..., Awaitable[Response]]:
        if "{subject}" in action.path:

            async def do(request: Request, case_id: UUID, subject: UUID) -> Response:
                return await self._do(action, request, case_id, subject)

            return do

        async def do_plain(request: Request, case_id: UUID) -> Response:
            return await self._do(action, request, case_id, case_id)

        return do_plain

    async def _ask(self, action: Action, request: Request, case_id: UUID, subject: UUID) -> Response:
        user = self.signed_in(request)
        known: dict[str, object] = {}
        if action.today:
            known[action.today] = jour_paris(now(request)).strftime("%d/%m/%Y")
        return await self._page(action, request, user, case_id, subject, empty_form(known))

    async def _do(self, action: Action, request: Request, case_id: UUID, subject: UUID) -> Response:
        user = self.signed_in(request)
        form = await read_form(request, action.model, SENTENCES)
        status = 422
        if form.valid:
            try:
                await self.act(
                    request,
                    user,
                    form,
                    lambda tx: action.run(tx, self.desk, user, case_id, subject, form.data),
                )
                back = await self._way_back(user, case_id)
                return see_other(back, done=action.done)
            except Refused as refusal:
                if refusal.status in (403, 404):
                    raise
                status, form = refusal.status, form.refused(refusal)
        return await self._page(action, request, user, case_id, subject, form, status)

    async def _way_back(self, user: User, case_id: UUID) -> str:
        """The case for whoever still sees it; their own list otherwise."""
        async with self.desk.database.read() as tx:
            stored, seen, _ = await self._seen(tx, user, case_id)
        return f"/cases/dossiers/{stored.case.case_id}" if seen else STEPS

    async def _seen(self, tx: Tx, user: User, case_id: UUID) -> tuple[Stored, rights.Sight, rights.Viewer]:
        stored = await cases.load(tx, case_id)
        if stored is None:
            raise rights.unknown_case()
        viewer = await viewer_of(tx, user, self.desk.territory)
        days = (await rules.load(tx, self.desk.territory)).provider_sight_days
        return stored, rights.sight(viewer, stored.case, stored.guard, jour_paris(tx.now), days), viewer

    async def _page(
        self,
        action: Action,
        request: Request,
        user: User,
        case_id: UUID,
        subject: UUID,
        form: Form[Any],
        status: int = 200,
    ) -> Response:
        async with self.desk.database.transaction(user.actor) as tx:
            stored, seen, viewer = await self._seen(tx, user, case_id)
            at = await moment(tx, self.desk.territory)
            own = await self._own_step(tx, viewer, subject, at) if action.act == "close_step" else None
            if own is None:
                rights.require(seen, action.act)
            found = await read.follow_up(tx, self.desk, stored.case, seen, viewer, at)
            lists = await self._lists(tx, action, found)
            if seen:
                await log_reading(tx, viewer, "case", case_id=case_id)
        return self.pages.render(
            request,
            "suivi_action.html",
            status,
            titre=action.title,
            erreur=bool(form.errors),
            action=action,
            form=form,
            listes=lists,
            dossier=stored.case,
            ici=request.url.path,
            retour=f"/cases/dossiers/{case_id}" if seen else STEPS,
            voit=bool(seen),
            proposition=_line(found.proposals, "orientation", "orientation_id", subject),
            attribution=_line(found.allocations, "allocation", "allocation_id", subject),
            demarche=own or _line(found.steps, "step", "step_id", subject),
            possible=stored.case.state in ALLOWED[action.command],
            identite=View.IDENTITY in seen,
        )

    async def _own_step(self, tx: Tx, viewer: rights.Viewer, step_id: UUID, at: Any) -> OwnStep | None:
        found = await steps_of(tx, self.desk, viewer, at)
        return next((each for each in found if each.step.step_id == step_id), None)

    async def _lists(self, tx: Tx, action: Action, found: FollowUp) -> dict[str, Sequence[tuple[str, str]]]:
        """The answers of fields that are not in a closed list."""
        wanted = {field.source for field in action.fields if field.source}
        lists: dict[str, Sequence[tuple[str, str]]] = {}
        if "organisations" in wanted:
            places = await people.organisations(tx)
            lists["organisations"] = [(str(each), name) for each, name in places.items()]
        if "people" in wanted:
            lists["people"] = [
                (str(each.person_id), f"{each.name}, {each.organisation}")
                for each in await people.workers(tx)
            ]
        lists["events"] = [(str(e.event_id), f"{e.words}, {e.on:%d/%m/%Y}") for e in found.told]
        lists["appealable"] = [
            (str(e.event_id), f"{e.words}, {e.on:%d/%m/%Y}") for e in found.told if e.appealable
        ]
        return lists

    async def proposals(self, request: Request) -> Response:
        """Proposals that wait for the answer of one's own organisation."""
        user = self.signed_in(request)
        async with self.desk.database.transaction(user.actor) as tx:
            viewer = await viewer_of(tx, user, self.desk.territory)
            at = await moment(tx, self.desk.territory)
            found = await read.proposals_to(tx, viewer, at)
            await log_reading(tx, viewer, "proposals")
        return self.pages.render(
            request, "suivi_propositions.html", titre="Propositions à examiner", propositions=found
        )

    async def refusals(self, request: Request) -> Response:
        """What providers answered in a year, and why they refused (users U51)."""
        user = self.signed_in(request)
        async with self.desk.database.read() as tx:
            viewer = await viewer_of(tx, user, self.desk.territory)
            at = await moment(tx, self.desk.territory)
            found = await read.refusals_of_the_year(tx, viewer, at)
        return self.pages.render(
            request, "suivi_refus.html", titre="Réponses des structures", structures=found
        )

    async def steps(self, request: Request) -> Response:
        """What somebody has to do: the words of the step and a reference, nothing of the case."""
        user = self.signed_in(request)
        async with self.desk.database.transaction(user.actor) as tx:
            viewer = await viewer_of(tx, user, self.desk.territory)
            at = await moment(tx, self.desk.territory)
            found = await steps_of(tx, self.desk, viewer, at)
            await log_reading(tx, viewer, "steps")
        return self.pages.render(request, "suivi_demarches.html", titre="Mes démarches", demarches=found)

    async def copies(self, request: Request) -> Response:
        """Decisions to copy into SI SIAO, and those that are."""
        user = self.siao(request)
        found = await self._copies(user)
        waiting = [each for each in found if each.copied_at is None]
        done = sorted(
            (each for each in found if each.copied_at is not None),
            key=lambda each: str(each.copied_at),
            reverse=True,
        )
        return self.pages.render(
            request,
            "suivi_reports.html",
            titre="À reporter dans le SI SIAO",
            attente=waiting,
            faits=done[:50],
            form=empty_form(),
        )

    async def export(self, request: Request) -> Response:
        """The same list for a spreadsheet: references and blocks, no name."""
        user = self.siao(request)
        found = [each for each in await self._copies(user) if each.copied_at is None]
        lines = [(each.case.case_ref, each.decided_on, each.block.replace("\n", " | ")) for each in found]
        return csv_response(lines, ("Référence", "Avis du", "Texte"), "a-reporter")

    async def _copies(self, user: User) -> list[reporting.ToCopy]:
        async with self.desk.database.transaction(user.actor) as tx:
            viewer = await viewer_of(tx, user, self.desk.territory)
            at = await moment(tx, self.desk.territory)
            found = await reporting.to_copy(tx, self.desk, viewer, at)
            await log_reading(tx, viewer, "decisions")
        return found

    async def copied(self, request: Request, case_id: UUID, event_id: UUID) -> Response:
        """Somebody says that a decision is in SI SIAO."""
        user = self.siao(request)
        form = await read_form(request, Keyed)
        if not form.valid:
            raise Refused("invalid", "La demande reçue est incomplète. Rien n’a été changé.", 422)
        await self.act(request, user, form, lambda tx: mark_copied(tx, self.desk, user, case_id, event_id))
        return see_other(COPIES, done="reporte")


def _line(lines: Sequence[Any], part: str, name: str, subject: UUID) -> Any:
    return next((each for each in lines if getattr(getattr(each, part), name) == subject), None)


def router(desk: Desk, pages: Pages) -> APIRouter:
    """The pages of what follows a decision."""
    return Following(desk, pages).routes()
