"""The lists behind numbers: cases by id, for who reads all figures; cases decides which of them open."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from analytics.domain.asking import Asked
from analytics.domain.measures import MEASURES
from analytics.domain.pages import page_of
from analytics.queries.asking import list_behind
from analytics.queries.reading import required
from analytics.web.frame import frame, period_words
from contracts.refusal import Refused
from eventing.db import Database
from webui.pages import Pages, with_query

Question = Annotated[Asked, Query()]
WAITED = ("Depuis le", "Jusqu’au", "Jours")
JOINED = ("Transmis le", "Dernière étape le")
LIST_HEADINGS: dict[str, tuple[str, ...]] = {
    "path": WAITED,
    "case_states": WAITED,
    "flows": JOINED,
    "funnel": JOINED,
    "sittings": ("Mis à l’ordre du jour le", "Examiné le"),
    "decision_outcomes": ("Avis du", "Ménage informé le"),
}


def router(database: Database, pages: Pages) -> APIRouter:
    """The one route; who reads only what is of their organisation sees the count and no list."""
    routes = APIRouter(include_in_schema=False)
    territory = pages.site.territory

    @routes.get("/analytics/listes/{measure}/{column}")
    async def behind(request: Request, measure: str, column: str, cle: str, asked: Question) -> Response:
        reading = await required(request, database, territory)
        if not reading.whole:
            raise Refused(
                "forbidden", "Les listes de dossiers s’ouvrent depuis le suivi des situations.", 403
            )
        if measure not in MEASURES:
            raise Refused("unknown_measure", "Ce chiffre n’existe pas.", 404)
        page = page_of(measure)
        async with database.read() as tx:
            answer, cases, name = await list_behind(tx, measure, column, cle, asked, territory)
        return pages.render(
            request,
            "liste.html",
            titre=f"{name} – {MEASURES[measure].title}",
            page=page,
            mesure=MEASURES[measure],
            nom=name,
            dossiers=cases,
            entetes=LIST_HEADINGS[measure],
            retour=with_query(page.path, **asked.only(page.fields).given),
            periode=period_words(answer.filters),
            **frame(request, page, asked, reading),
        )

    return routes
