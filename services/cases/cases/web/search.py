"""Looking for a case: by reference at once, by name or number in a form that leaves nothing in an address."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from cases.commands.drafts import may_write
from cases.commands.telling_near import TRIES_A_DAY
from cases.queries.people import names
from cases.queries.search import Found, Wanted, by_reference, search
from cases.store import duplicates
from cases.store.access import log_reading
from cases.store.desk import Desk
from cases.store.rules import moment
from cases.store.viewers import viewer_of
from cases.web.acting import Counter
from contracts.lists import Role
from contracts.refusal import Refused
from webui.acting import Keyed, add, now, take
from webui.fields import CivilDate
from webui.forms import Form, Line, empty_form, read_form
from webui.pages import Pages, see_other

HERE = "/cases/recherche"
Short = Annotated[str, Line(100, empty=True)]


class Looked(Keyed):
    """What is looked for."""

    reference: Short = ""
    family_name: Short = ""
    given_name: Short = ""
    birth_date: CivilDate | None = None
    number: Short = ""


@dataclass(frozen=True)
class Searching(Counter):
    """The pages."""

    def routes(self) -> APIRouter:
        """Their addresses."""
        router = APIRouter()
        add(router, HERE, self.ask)
        take(router, HERE, self.find)
        return router

    async def ask(self, request: Request) -> Response:
        """The empty form."""
        user = self.signed_in(request)
        async with self.desk.database.read() as tx:
            may_write(await viewer_of(tx, user, self.desk.territory))
        return self._page(request, empty_form())

    async def find(self, request: Request) -> Response:
        """What answers; the search is logged, twenty a day for whoever is not of the SIAO."""
        user = self.signed_in(request)
        form = await read_form(request, Looked)
        if not form.valid:
            return self._page(request, form, status=422)
        asked = form.data
        async with self.desk.database.transaction(user.actor) as tx:
            viewer = await viewer_of(tx, user, self.desk.territory)
            may_write(viewer)
            if asked.reference:
                case_id = await by_reference(tx, viewer, asked.reference)
                if case_id is not None:
                    return see_other(f"/cases/dossiers/{case_id}")
                wrong = form.with_errors(
                    {"reference": "Aucun dossier ouvert à vous ne porte cette référence"}
                )
                return self._page(request, wrong, status=422)
            siao = viewer.has(Role.SIAO_AGENT, Role.COORDINATOR)
            tried = await duplicates.tries(tx, user.account_id, tx.now - timedelta(days=1))
            if not siao and tried >= TRIES_A_DAY:
                raise Refused(
                    "too_many_searches", "Vingt recherches par jour au plus. Réessayez demain.", 429
                )
            wanted = Wanted(asked.family_name, asked.given_name, asked.birth_date, asked.number)
            await log_reading(tx, viewer, "search")
            found = await search(tx, self.desk.vault, viewer, wanted, await moment(tx, self.desk.territory))
            known = await names(tx, (each.case.referrer_id for each in found))
        return self._page(request, form, found, known)

    def _page(
        self,
        request: Request,
        form: Form[Any],
        found: Any = None,
        known: Any = None,
        status: int = 200,
    ) -> Response:
        shown: list[Found] | None = found
        return self.pages.render(
            request,
            "recherche.html",
            status,
            titre="Chercher une situation",
            erreur=bool(form.errors),
            form=form,
            trouves=shown,
            noms=known or {},
            aujourdhui=now(request).date(),
        )


def router(desk: Desk, pages: Pages) -> APIRouter:
    """The routes."""
    return Searching(desk, pages).routes()
